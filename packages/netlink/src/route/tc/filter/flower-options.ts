import { attributes, bytes, multi, u8, u16be, u32, u32be, u64be } from '../../../codec/index.js'

/** TCA_FLOWER_KEY_ENC_OPT_GENEVE_*, linux/pkt_cls.h. The kernel repeats all three attributes for each option. */
export const tcaFlowerKeyEncOptGeneveAttrs = attributes('TCA_FLOWER_KEY_ENC_OPT_GENEVE', {
  class: [1, multi(u16be)],
  type: [2, multi(u8)],
  data: [3, multi(bytes)], // 4 to 128 bytes
})

/** TCA_FLOWER_KEY_ENC_OPT_VXLAN_*, linux/pkt_cls.h */
export const tcaFlowerKeyEncOptVxlanAttrs = attributes('TCA_FLOWER_KEY_ENC_OPT_VXLAN', { gbp: [1, u32] })

/** TCA_FLOWER_KEY_ENC_OPT_ERSPAN_*, linux/pkt_cls.h */
export const tcaFlowerKeyEncOptErspanAttrs = attributes('TCA_FLOWER_KEY_ENC_OPT_ERSPAN', {
  ver: [1, u8],
  index: [2, u32be],
  dir: [3, u8],
  hwid: [4, u8],
})

/** TCA_FLOWER_KEY_ENC_OPT_GTP_*, linux/pkt_cls.h */
export const tcaFlowerKeyEncOptGtpAttrs = attributes('TCA_FLOWER_KEY_ENC_OPT_GTP', {
  pduType: [1, u8],
  qfi: [2, u8],
})

/** TCA_FLOWER_KEY_ENC_OPT_PFCP_*, linux/pkt_cls.h */
export const tcaFlowerKeyEncOptPfcpAttrs = attributes('TCA_FLOWER_KEY_ENC_OPT_PFCP', {
  type: [1, u8],
  seid: [2, u64be],
})

/** TCA_FLOWER_KEY_ENC_OPTS_*, linux/pkt_cls.h: options of the tunnel that the packet arrived on */
export const tcaFlowerKeyEncOptsAttrs = attributes('TCA_FLOWER_KEY_ENC_OPTS', {
  geneve: [1, multi(tcaFlowerKeyEncOptGeneveAttrs)],
  vxlan: [2, tcaFlowerKeyEncOptVxlanAttrs],
  erspan: [3, tcaFlowerKeyEncOptErspanAttrs],
  gtp: [4, tcaFlowerKeyEncOptGtpAttrs],
  pfcp: [5, tcaFlowerKeyEncOptPfcpAttrs],
})

/** TCA_FLOWER_KEY_MPLS_OPT_LSE_*, linux/pkt_cls.h: an entry of the label stack */
export const tcaFlowerKeyMplsOptLseAttrs = attributes('TCA_FLOWER_KEY_MPLS_OPT_LSE', {
  depth: [1, u8], // 1: outermost
  ttl: [2, u8],
  bos: [3, u8],
  tc: [4, u8],
  label: [5, u32],
})

/** TCA_FLOWER_KEY_MPLS_OPTS_*, linux/pkt_cls.h */
export const tcaFlowerKeyMplsOptsAttrs = attributes('TCA_FLOWER_KEY_MPLS_OPTS', {
  lse: [1, multi(tcaFlowerKeyMplsOptLseAttrs)],
})

/** TCA_FLOWER_KEY_CFM_*, linux/pkt_cls.h: connectivity fault management */
export const tcaFlowerKeyCfmAttrs = attributes('TCA_FLOWER_KEY_CFM', {
  mdLevel: [1, u8],
  opcode: [2, u8],
})
