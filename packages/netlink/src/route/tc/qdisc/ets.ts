import { attributes, type Infer, multi, u8, u32 } from '../../../codec/index.js'

/** TCA_ETS_QUANTA: quantum of each non-strict band, in bytes */
export const tcaEtsQuantaAttrs = attributes('TCA_ETS', { quantaBand: [4, multi(u32)] })

/** TCA_ETS_PRIOMAP: band of each TC_PRIO_* */
export const tcaEtsPriomapAttrs = attributes('TCA_ETS', { priomapBand: [6, multi(u8)] })

/** TCA_ETS_*, linux/pkt_sched.h. `quantaBand` is for a class, the others are for the qdisc. */
export const tcaEtsAttrs = attributes('TCA_ETS', {
  nbands: [1, u8],
  nstrict: [2, u8],
  quanta: [3, tcaEtsQuantaAttrs],
  quantaBand: [4, u32], // bytes
  priomap: [5, tcaEtsPriomapAttrs],
  priomapBand: [6, u8],
})
export interface TcaEtsAttrs extends Infer<typeof tcaEtsAttrs> {}
