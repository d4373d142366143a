import { ArgumentError } from '../../codec/index.js'
import { defined } from '../values/objects.js'
import { bytes } from '../values/units.js'
import { computed, count, direct, listOf, plain } from './words.js'

/** Priorities of packets, TC_PRIO_MAX + 1 */
export const PRIORITIES = 16

/** Returns a list of 16 numbers, the rest of which are `fill`. */
export function sixteen(option: string, list: readonly number[], fill: number): number[] {
  if (list.length > PRIORITIES)
    throw new ArgumentError(`expected ${option} to have at most ${PRIORITIES} entries, got ${list.length}`)
  return Array.from({ length: PRIORITIES }, (_, at) => list[at] ?? fill)
}

export const numbers = listOf(plain<number>)

/** The bands of pfifo_fast, which prio has by default. */
const PRIOMAP = [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]

export const prio = {
  ...computed(
    {
      /** Number of bands, 2 to 16: packets of the first one are sent first. Default: 3. */
      bands: count,
      /** Band of each of the 16 priorities of packets, from 0. Default: that of `pfifo_fast`, for three bands. */
      priomap: numbers,
    },
    ({ bands = 3, priomap = PRIOMAP }, under) => ({ bands, priomap: sixteen(`${under}.priomap`, priomap, 1) }),
    { isEmptyAllowed: true },
  ),
  isMixed: true,
}

export const ets = computed(
  {
    /** Number of bands, 1 to 16. Default: those of `strict` and `quanta`. */
    bands: count,
    /** Number of bands that are sent first, in order. Default: 0. */
    strict: count,
    /** Bytes of each other band in a round, or texts with a unit such as `3kb`. Default: the link's MTU with the link-layer header. */
    quanta: listOf(bytes),
    /** Band of each of the 16 priorities of packets, from 0. Default: the last one. */
    priomap: numbers,
  },
  ({ bands, strict, quanta, priomap }) =>
    defined({
      nbands: bands ?? (strict ?? 0) + (quanta?.length ?? 0),
      nstrict: strict,
      quanta: quanta && { quantaBand: quanta },
      priomap: priomap && { priomapBand: priomap },
    }),
)

/** Classes of kinds with one option. */
export const drrClass = direct({
  /** Bytes of the class in a round, or a text with a unit such as `2kb`. Default: the link's MTU with the link-layer header. */
  quantum: bytes,
})
export const etsClass = direct(
  {
    /** Bytes of the band in a round, or a text with a unit such as `2kb`. Bands of `strict` have none. */
    quantum: bytes,
  },
  { quantum: 'quantaBand' },
)
export const qfqClass = direct({
  /** Share of the class, relative to the other ones: 1 to 1024. Default: 1. */
  weight: count,
  /** Size of the largest packet: bytes, or a text with a unit such as `2kb`. Default: the link's MTU with the link-layer header. tc: `maxpkt`. */
  lmax: bytes,
})
