import { constants } from '../codec/index.js'

/** XFRM_MODE_*, linux/xfrm.h */
export const XFRM_MODE = constants('XFRM_MODE', {
  TRANSPORT: 0,
  TUNNEL: 1,
  ROUTEOPTIMIZATION: 2,
  IN_TRIGGER: 3,
  BEET: 4,
  IPTFS: 5,
})

/** XFRM_SHARE_*, linux/xfrm.h */
export const XFRM_SHARE = constants('XFRM_SHARE', {
  ANY: 0,
  SESSION: 1,
  USER: 2,
  UNIQUE: 3,
})

/** XFRM_POLICY_TYPE_*, linux/xfrm.h */
export const XFRM_POLICY_TYPE = constants('XFRM_POLICY_TYPE', {
  MAIN: 0,
  SUB: 1,
  ANY: 255,
})

/** XFRM_SA_DIR_*, linux/xfrm.h */
export const XFRM_SA_DIR = constants('XFRM_SA_DIR', {
  IN: 1,
  OUT: 2,
})

/** XFRM_AE_*, linux/xfrm.h: flags of an event */
export const XFRM_AE = constants('XFRM_AE', {
  RTHR: 0x1,
  RVAL: 0x2,
  LVAL: 0x4,
  ETHR: 0x8,
  CR: 0x10,
  CE: 0x20,
  CU: 0x40,
})

/** XFRM_STATE_*, linux/xfrm.h: flags of a state */
export const XFRM_STATE = constants('XFRM_STATE', {
  NOECN: 0x1,
  DECAP_DSCP: 0x2,
  NOPMTUDISC: 0x4,
  WILDRECV: 0x8,
  ICMP: 0x10,
  AF_UNSPEC: 0x20,
  ALIGN4: 0x40,
  ESN: 0x80,
})

/** XFRM_SA_XFLAG_*, linux/xfrm.h: XFRMA_SA_EXTRA_FLAGS */
export const XFRM_SA_XFLAG = constants('XFRM_SA_XFLAG', {
  DONT_ENCAP_DSCP: 0x1,
  OSEQ_MAY_WRAP: 0x2,
})

/** XFRM_POLICY_*, linux/xfrm.h: actions of a policy. */
export const XFRM_POLICY_ACTION = constants('XFRM_POLICY', { ALLOW: 0, BLOCK: 1 })

/** XFRM_POLICY_*, linux/xfrm.h: flags of a policy. */
export const XFRM_POLICY_FLAG = constants('XFRM_POLICY', { LOCALOK: 0x1, ICMP: 0x2, CPU_ACQUIRE: 0x4 })

/** UDP_ENCAP_*, linux/udp.h: protocols that are encapsulated in UDP. */
export const UDP_ENCAP = constants('UDP_ENCAP', {
  ESPINUDP_NON_IKE: 1,
  ESPINUDP: 2,
  L2TPINUDP: 3,
  GTP0: 4,
  GTP1U: 5,
  RXRPC: 6,
  OVPNINUDP: 8,
})

/** TCP_ENCAP_*, linux/udp.h: protocols that are encapsulated in TCP. The numbers continue those of UDP_ENCAP_*. */
export const TCP_ENCAP = constants('TCP_ENCAP', { ESPINTCP: 7 })

/** XFRM_OFFLOAD_*, linux/xfrm.h */
export const XFRM_OFFLOAD = constants('XFRM_OFFLOAD', {
  IPV6: 0x1,
  INBOUND: 0x2,
  PACKET: 0x4,
})

/** XFRM_USERPOLICY_*, linux/xfrm.h */
export const XFRM_USERPOLICY = constants('XFRM_USERPOLICY', {
  UNSPEC: 0,
  BLOCK: 1,
  ACCEPT: 2,
})

/** XFRM_MIGRATE_STATE_*, linux/xfrm.h */
export const XFRM_MIGRATE_STATE = constants('XFRM_MIGRATE_STATE', {
  CLEAR_OFFLOAD: 0x1,
  UPDATE_H2H_SEL: 0x2,
})

/** XFRM_SC_DOI_*, linux/xfrm.h */
export const XFRM_SC_DOI = constants('XFRM_SC_DOI', {
  RESERVED: 0,
  LSM: 1,
})

/** XFRM_SC_ALG_*, linux/xfrm.h */
export const XFRM_SC_ALG = constants('XFRM_SC_ALG', {
  RESERVED: 0,
  SELINUX: 1,
})

/** XFRMNLGRP_*, linux/xfrm.h: multicast groups */
export const XFRMNLGRP = constants('XFRMNLGRP', {
  NONE: 0,
  ACQUIRE: 1,
  EXPIRE: 2,
  SA: 3,
  POLICY: 4,
  AEVENTS: 5,
  REPORT: 6,
  MIGRATE: 7,
  MAPPING: 8,
})
