import { roundest, TICKS_PER_MICROSECOND } from './tc-rates.js'

// tc computes weights and tables from the size of an average packet, a burst and a bandwidth, which no request contains. Different ones
// give the same request. These functions find some that do (tc_red.c of iproute2).

/** Largest value of the table, which has a byte for each cell of idle time. */
const LARGEST = 31
const CELLS = 256

/** Returns the smallest weight, as a power of two, for which the average follows this burst; undefined if there is none. */
function weightLog(min: number, burst: number, packet: number): number | undefined {
  const distance = burst + 1 - min / packet
  if (distance < 1) return undefined
  for (let log = 1; log < 32; log += 1) {
    const weight = 2 ** -log
    if (distance <= (1 - (1 - weight) ** burst) / weight) return log
  }
  return undefined
}

/** Returns a burst for which tc computes this weight: undefined if its default does, `null` if none does. */
export function burstFor(log: number, min: number, max: number, packet: number): number | undefined | null {
  const fallback = Math.trunc((2 * min + max) / (3 * packet))
  if (fallback > 0 && weightLog(min, fallback, packet) === log) return undefined
  // The weight does not decrease while the burst grows.
  const smallest = (isReached: (found: number | undefined) => boolean, from: number) => {
    let [low, high] = [from, 0x1_0000_0000]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (isReached(weightLog(min, middle, packet))) high = middle
      else low = middle + 1
    }
    return low
  }
  const first = smallest((found) => found === undefined || found >= log, Math.max(1, Math.ceil(min / packet)))
  if (weightLog(min, first, packet) !== log) return null
  const end = smallest((found) => found === undefined || found > log, first)
  return roundest(first, Math.min(end - 1, 0xffffffff), 1)
}

/** Returns the distance of the limits for a probability as a power of two, like tc. */
export function probabilityLog(min: number, max: number, probability: number): number | undefined {
  if (max <= min) return max === min ? 0 : undefined
  let share = probability / (max - min)
  for (let log = 0; log < 32; log += 1, share *= 2) if (share > 1) return log
  return undefined
}

/** Returns the table of the decay over idle time for a packet that takes `ticks`, and the power of two of its cells. */
function idleTable(weight: number, ticks: number): { log: number; table: Uint8Array } | undefined {
  const decay = -Math.log(1 - 2 ** -weight) / ticks
  const longest = LARGEST / decay
  let log = 0
  while (log < 32 && longest / 2 ** log >= 512) log += 1
  if (log === 32) return undefined
  // tc shifts integers of 32 bits, and takes the lowest byte.
  const table = Uint8Array.from({ length: CELLS }, (_, at) => (at << log) * decay).map((value) =>
    Math.min(LARGEST, value),
  )
  table[CELLS - 1] = LARGEST
  return { log, table }
}

/** Returns the shortest and the longest ticks of a packet that give these cells. */
function ticksOf(weight: number, log: number, table: Uint8Array): readonly [least: number, most: number] {
  const decay = -Math.log(1 - 2 ** -weight)
  let [least, most] = [LARGEST / (512 * 2 ** log), LARGEST / (256 * 2 ** log)]
  if (log === 0) most = Number.POSITIVE_INFINITY
  for (let at = 1; at < CELLS - 1; at += 1) {
    const [value, cell] = [table[at] ?? 0, at * 2 ** log]
    if (cell > 0x7fffffff) break
    least = Math.max(least, value / cell)
    if (value < LARGEST) most = Math.min(most, (value + 1) / cell)
  }
  return [decay / most, decay / least]
}

/** Size of an average packet in bytes, and a bandwidth in bytes per second. */
export interface Bandwidth {
  readonly packet: number
  readonly bytesPerSecond: number
}

/** Sizes of packets that commands name. */
const packets = [1000, 1500, 512, 500, 1024, 256, 100, 64]

/** Returns sizes and bandwidths for which tc computes this table, those with the fewest digits first. */
export function bandwidthsFor(weight: number, log: number, table: Uint8Array): readonly Bandwidth[] {
  if (table.length !== CELLS || weight < 1 || weight > 31 || log > 31) return []
  const [least, most] = ticksOf(weight, log, table).map((ticks) => ticks / TICKS_PER_MICROSECOND) as [number, number]
  // tc rounds up to a tick. Older versions cut off parts of a microsecond first.
  const tick = 1 / TICKS_PER_MICROSECOND
  const times = [(Math.ceil(least / tick) - 1) * tick, Math.floor(most / tick) * tick] as const
  const forAll = [Math.max(times[0], Math.ceil(least)), Math.min(times[1], Math.floor(most) + 1)] as const
  const found = packets.flatMap((packet): Bandwidth[] => {
    for (const [shortest, longest] of [forAll, times]) {
      const bits = shortest < longest ? roundest((packet * 8e6) / longest, (packet * 8e6) / shortest, 8) : undefined
      if (bits === undefined || bits <= 0 || bits / 8 > 0xffffffff) continue
      const exact = idleTable(weight, Math.ceil((packet * 8e6 * TICKS_PER_MICROSECOND) / bits))
      if (exact?.log === log && exact.table.every((value, at) => value === table[at]))
        return [{ packet, bytesPerSecond: bits / 8 }]
    }
    return []
  })
  const digits = ({ bytesPerSecond }: Bandwidth) => String(bytesPerSecond * 8).replace(/0+$/, '').length
  return found.sort((one, other) => digits(one) - digits(other))
}
