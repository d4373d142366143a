import type { NewQdisc } from '../api/qdisc/types.js'
import { type Accepted, integers } from '../api/values/accepted.js'

/** Faults of the packets that a link sends, by the qdisc netem. Times are in milliseconds, probabilities from 0 to 1. */
export interface Impairment {
  readonly dev: string
  readonly delay?: number | undefined
  /** Deviation of the delay. */
  readonly jitter?: number | undefined
  readonly loss?: number | undefined
  readonly duplicate?: number | undefined
  readonly corrupt?: number | undefined
  /** Probability that a packet is sent at once, before those that are delayed. */
  readonly reorder?: number | undefined
  /** Bits per second. */
  readonly rate?: number | undefined
  /** Packets that wait, at most. Default: 1000. */
  readonly limit?: number | undefined
}

const numbers = (allowed: string, most: number): Accepted => ({
  allowed,
  fits: (value) => typeof value === 'number' && value >= 0 && value <= most,
})
const time = numbers('milliseconds from 0', 1e9)
const probability = numbers('a probability from 0 to 1', 1)

/** The keys of an impairment, and the values they accept. */
export const impairmentKeys = {
  dev: 1,
  ...{ delay: time, jitter: time, loss: probability, duplicate: probability, corrupt: probability },
  ...{ reorder: probability, limit: integers(1, 0xffffffff) },
  rate: integers(8, Number.MAX_SAFE_INTEGER),
} satisfies Record<keyof Impairment, unknown>

const MAX = 0xffffffff
const scaled = (fraction = 0) => Math.round(fraction * MAX)
const nanoseconds = (milliseconds = 0) => BigInt(Math.round(milliseconds * 1e6))

/** Returns the qdisc of an impairment. */
export function toQdisc({ dev, limit = 1000, rate, corrupt, reorder, ...faults }: Impairment): NewQdisc {
  const bytes = Math.floor((rate ?? 0) / 8)
  return {
    dev,
    kind: 'netem',
    options: {
      ...{ latency: 0, jitter: 0, limit, loss: scaled(faults.loss), duplicate: scaled(faults.duplicate) },
      // Without a gap, the kernel reorders nothing.
      gap: reorder ? 1 : 0,
      attrs: {
        latency64: nanoseconds(faults.delay),
        jitter64: nanoseconds(faults.jitter),
        ...(reorder && { reorder: { probability: scaled(reorder), correlation: 0 } }),
        ...(corrupt && { corrupt: { probability: scaled(corrupt), correlation: 0 } }),
        ...(rate && {
          rate: { rate: Math.min(bytes, MAX), packetOverhead: 0, cellSize: 0, cellOverhead: 0 },
          ...(bytes >= MAX && { rate64: BigInt(bytes) }),
        }),
      },
    },
  }
}
