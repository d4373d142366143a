import { constants } from '../codec/index.js'

/** IPCT_*, linux/netfilter/nf_conntrack_common.h: numbers of the bits of an event mask */
export const IPCT = constants('IPCT', {
  NEW: 0,
  RELATED: 1,
  DESTROY: 2,
  REPLY: 3,
  ASSURED: 4,
  PROTOINFO: 5,
  HELPER: 6,
  MARK: 7,
  SEQADJ: 8,
  NATSEQADJ: 8,
  SECMARK: 9,
  LABEL: 10,
  SYNPROXY: 11,
})
