import { constants, enumOf, i32, masked, subset, withParts } from '../../codec/index.js'

/** TC_H_*, linux/pkt_sched.h: handles and parents with a special meaning */
export const TC_H = constants('TC_H', {
  UNSPEC: 0,
  ROOT: 0xffffffff,
  INGRESS: 0xfffffff1,
  CLSACT: 0xfffffff1,
  MIN_PRIORITY: 0xffe0,
  MIN_INGRESS: 0xfff2,
  MIN_EGRESS: 0xfff3,
})

/** TCM_IFINDEX_MAGIC_BLOCK, linux/rtnetlink.h: `ifindex` for filters and chains of the shared block `parent` */
export const TCM_IFINDEX = constants('TCM_IFINDEX', { MAGIC_BLOCK: 0xffffffff })

/** TCA_DUMP_FLAGS_*, linux/rtnetlink.h */
export const TCA_DUMP_FLAGS = constants('TCA_DUMP_FLAGS', { TERSE: 1 })

/** TCA_ACT_FLAG_*, linux/rtnetlink.h: bits of TCA_ROOT_FLAGS */
export const TCA_ACT_FLAG = constants('TCA_ACT_FLAG', { LARGE_DUMP_ON: 1, TERSE_DUMP: 2 })

/** TC_PRIO_*, linux/pkt_sched.h: packet priorities */
export const TC_PRIO = constants('TC_PRIO', {
  BESTEFFORT: 0,
  FILLER: 1,
  BULK: 2,
  INTERACTIVE_BULK: 4,
  INTERACTIVE: 6,
  CONTROL: 7,
  MAX: 15,
})

/** TC_LINKLAYER_*, linux/pkt_sched.h */
export const TC_LINKLAYER = constants('TC_LINKLAYER', { UNAWARE: 0, ETHERNET: 1, ATM: 2 })

/** TC_ACT_*, linux/pkt_cls.h: verdict on a packet. The lower 28 bits of JUMP and GOTO_CHAIN contain a number. */
export const TC_ACT = constants('TC_ACT', {
  UNSPEC: -1,
  OK: 0,
  RECLASSIFY: 1,
  SHOT: 2,
  PIPE: 3,
  STOLEN: 4,
  QUEUED: 5,
  REPEAT: 6,
  REDIRECT: 7,
  TRAP: 8,
  JUMP: 0x10000000,
  GOTO_CHAIN: 0x20000000,
})

/** A `TC_ACT_*`: the verdict of an action on a packet. */
export const actionResult = withParts(enumOf(i32, TC_ACT), masked(0xf0000000, subset(TC_ACT, 'JUMP', 'GOTO_CHAIN')))

/** TCA_ID_*, linux/pkt_cls.h: numbers of the action kinds */
export const TCA_ID = constants('TCA_ID', {
  UNSPEC: 0,
  POLICE: 1,
  GACT: 5,
  IPT: 6,
  PEDIT: 7,
  MIRRED: 8,
  NAT: 9,
  XT: 10,
  SKBEDIT: 11,
  VLAN: 12,
  BPF: 13,
  CONNMARK: 14,
  SKBMOD: 15,
  CSUM: 16,
  TUNNEL_KEY: 17,
  SIMP: 22,
  IFE: 25,
  SAMPLE: 26,
  CTINFO: 27,
  MPLS: 28,
  CT: 29,
  GATE: 30,
})

/** TCA_CLS_FLAGS_*, linux/pkt_cls.h: offload of a filter to hardware */
export const TCA_CLS_FLAGS = constants('TCA_CLS_FLAGS', {
  SKIP_HW: 1,
  SKIP_SW: 2,
  IN_HW: 4,
  NOT_IN_HW: 8,
  VERBOSE: 16,
})
