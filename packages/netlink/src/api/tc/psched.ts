import { TC_LINKLAYER } from '../../route/index.js'

// The packet scheduler counts time in ticks of 64 nanoseconds (PSCHED_SHIFT, net/pkt_sched.h; /proc/net/psched). tc sends buffers
// as the ticks in which their bytes are sent. These functions round as the tc of Debian 12 does, down to microseconds first.

const TICKS_PER_MICROSECOND = 15.625

/** Returns the ticks of some microseconds. */
export const ticksOf = (microseconds: number) => Math.trunc(Math.trunc(microseconds) * TICKS_PER_MICROSECOND)

/** Returns the ticks in which a size is sent; 0 for no rate, which the checks of a kind report. */
export const ticksToSend = (bytesPerSecond: number, size: number) =>
  bytesPerSecond === 0 ? 0 : ticksOf(1e6 * (size / bytesPerSecond))

/** Rates from here have a 64-bit attribute. The member of 32 bits is then all ones. */
const WIDE = 2 ** 32
const ALL_ONES = 0xffffffff

/** Returns the members of a rate: `narrow` for `struct tc_ratespec`, and `wide` for the attribute of 64 bits if it is needed. */
export const rateParts = (bytesPerSecond: number): { readonly narrow: number; readonly wide: bigint | undefined } =>
  bytesPerSecond >= WIDE
    ? { narrow: ALL_ONES, wide: BigInt(bytesPerSecond) }
    : { narrow: bytesPerSecond, wide: undefined }

/** The numbers that a rate's table is computed from. */
export interface RateSettings {
  readonly rate: number
  /** Bytes of the largest packet: it selects the size of a cell. */
  readonly mtu?: number | undefined
  /** Bytes of a cell: a power of two. */
  readonly cell?: number | undefined
  /** Bytes of the smallest packet. */
  readonly mpu?: number | undefined
  /** Bytes that are added to each packet. */
  readonly overhead?: number | undefined
  readonly linklayer?: number | undefined
}

const CELLS = 256
const LARGEST_PACKET = 2047

function cellLogOf({ mtu = 0, cell }: RateSettings): number {
  if (cell !== undefined) return Math.log2(cell)
  let log = 0
  while ((mtu || LARGEST_PACKET) >> log > CELLS - 1) log += 1
  return log
}

/** Returns the bytes that a packet takes on the link. ATM sends packets in cells of 53 bytes, 48 of them data. */
export function sizeOnLink(size: number, { mpu = 0, linklayer }: Pick<RateSettings, 'mpu' | 'linklayer'>): number {
  const least = Math.max(size, mpu)
  return linklayer === TC_LINKLAYER.ATM ? Math.ceil(least / 48) * 53 : least
}

/** Returns `struct tc_ratespec` and the rate's table: the ticks in which packets of each size are sent. */
export function rateWithTable(settings: RateSettings) {
  const { rate, mpu = 0, overhead = 0, linklayer = TC_LINKLAYER.ETHERNET } = settings
  const cellLog = cellLogOf(settings)
  const { narrow, wide } = rateParts(rate)
  const table = Array.from({ length: CELLS }, (_, at) =>
    ticksToSend(rate, sizeOnLink((at + 1) << cellLog, { ...settings, linklayer })),
  )
  return { spec: { cellLog, linklayer, overhead, cellAlign: -1, mpu, rate: narrow }, wide, table }
}
