import {
  attributes,
  bytes,
  choice,
  constants,
  type Declaration,
  enumOf,
  flagsOf,
  followed,
  type Infer,
  list,
  masked,
  pad,
  struct,
  u16,
  u32,
} from '../../../codec/index.js'
import { named } from '../../../codec/named.js'
import {
  canFilters,
  type TcaEmIptAttrs,
  type TcaEmMetaAttrs,
  tcaEmIptAttrs,
  tcaEmMetaAttrs,
  tcfEmCmp,
  tcfEmNbytePattern,
  tcfEmTextPattern,
  xtSetInfo,
} from './ematch-payloads.js'
import { tcU32Key } from './u32.js'

/** TCF_EM_*, linux/pkt_cls.h: kinds of extended match */
export const TCF_EM = constants('TCF_EM', {
  CONTAINER: 0,
  CMP: 1,
  NBYTE: 2,
  U32: 3,
  META: 4,
  TEXT: 5,
  VLAN: 6,
  CANID: 7,
  IPSET: 8,
  IPT: 9,
})

/** TCF_EM_REL_*, linux/pkt_cls.h: the lower two bits of `flags`, the relation to the next match */
export const TCF_EM_REL = constants('TCF_EM_REL', { END: 0, AND: 1, OR: 2 })

/** TCF_EM_INVERT and TCF_EM_SIMPLE, linux/pkt_cls.h: other bits of `flags` */
export const TCF_EM_FLAGS = constants('TCF_EM', { INVERT: 4, SIMPLE: 8 })

/** TCF_EM_PROG_*, linux/pkt_cls.h: namespace of `matchid` */
export const TCF_EM_PROG = constants('TCF_EM_PROG', { TC: 0 })

/** `struct tcf_ematch_hdr`, linux/pkt_cls.h */
export const tcfEmatchHdr = struct('tcf_ematch_hdr', {
  matchid: u16,
  kind: enumOf(u16, TCF_EM),
  flags: flagsOf(u16, masked(0x3, TCF_EM_REL), TCF_EM_FLAGS),
  pad: pad(2),
})

/** `struct tcf_ematch_tree_hdr`, linux/pkt_cls.h */
export const tcfEmatchTreeHdr = struct('tcf_ematch_tree_hdr', {
  nmatches: u16,
  progid: enumOf(u16, TCF_EM_PROG),
})

/** The part after the header, by kind. */
const shapes = {
  [TCF_EM.CONTAINER]: followed(tcfEmatchHdr, 'data', u32), // position of its first match, from 0
  [TCF_EM.CMP]: followed(tcfEmatchHdr, 'data', tcfEmCmp),
  [TCF_EM.NBYTE]: followed(tcfEmatchHdr, 'data', tcfEmNbytePattern),
  [TCF_EM.U32]: followed(tcfEmatchHdr, 'data', tcU32Key),
  [TCF_EM.META]: followed(tcfEmatchHdr, 'data', named<TcaEmMetaAttrs>(tcaEmMetaAttrs)),
  [TCF_EM.TEXT]: followed(tcfEmatchHdr, 'data', tcfEmTextPattern),
  [TCF_EM.CANID]: followed(tcfEmatchHdr, 'data', canFilters),
  [TCF_EM.IPSET]: followed(tcfEmatchHdr, 'data', xtSetInfo),
  [TCF_EM.IPT]: followed(tcfEmatchHdr, 'data', named<TcaEmIptAttrs>(tcaEmIptAttrs)),
}
const opaque = followed(tcfEmatchHdr, 'raw', bytes)

type Shapes = typeof shapes
type Known = { [K in keyof Shapes]: Omit<Infer<Shapes[K]>, 'kind'> & { kind: K; raw?: undefined } }[keyof Shapes]

/** An extended match: the header, and `data` for known kinds or `raw` for others. */
export type TcfEmatch = Known | (Infer<typeof opaque> & { data?: undefined })

/** Selects the payload of a match. A simple match has a 32-bit number instead of the payload of its kind. */
function shapeOf(kind: number, flags: number): Declaration<TcfEmatch> {
  const isSimple = (flags & TCF_EM_FLAGS.SIMPLE) !== 0 && kind !== TCF_EM.CONTAINER
  const known = !isSimple && Object.hasOwn(shapes, kind) ? shapes[kind as keyof Shapes] : undefined
  return (known ?? opaque) as Declaration<TcfEmatch>
}

const emptyHeader = { kind: 0, flags: 0 }

/** A `struct tcf_ematch_hdr` and its payload. */
export const tcfEmatch: Declaration<TcfEmatch> = choice<TcfEmatch>('ematch', [opaque, ...Object.values(shapes)], {
  ofBytes(from, start, end, order) {
    const { kind, flags } = tcfEmatchHdr.codec(order).decode(from, start, Math.min(end, start + tcfEmatchHdr.size))
    return shapeOf(kind, flags)
  },
  ofValue(value) {
    const { kind, flags } = { ...emptyHeader, ...value }
    return shapeOf(kind, flags)
  },
})

/** TCA_EMATCH_TREE_*, linux/pkt_cls.h: a list of matches. A container refers to the position of its first match. */
export const tcaEmatchTreeAttrs = attributes('TCA_EMATCH_TREE', {
  hdr: [1, tcfEmatchTreeHdr],
  list: [2, list(tcfEmatch)],
})
export interface TcaEmatchTreeAttrs extends Infer<typeof tcaEmatchTreeAttrs> {}
