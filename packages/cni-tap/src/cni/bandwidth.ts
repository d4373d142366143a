import { CniError, ErrorCode } from './error.js'
import { integer, type RecordOf, record } from './json.js'

/** A number of bits or bits per second. Go's type is uint64; larger numbers than this are no exact numbers in JSON. */
const bits = integer('uint64', 0, Number.MAX_SAFE_INTEGER)

/**
 * Keys of the `bandwidth` capability: rates in bits per second, bursts in bits. 0 means no limit. `ingress` is what the guest
 * receives, `egress` what it sends. The bandwidth plugin has the same keys, also at the top level of its configuration.
 */
export const bandwidthKeys = { ingressRate: bits, ingressBurst: bits, egressRate: bits, egressBurst: bits }

export const bandwidth = record(bandwidthKeys)

type Bandwidth = RecordOf<typeof bandwidthKeys>

/** A limit in the units of the kernel: bytes per second, and bytes. */
export interface Limit {
  readonly rate: number
  readonly burst: number
}

/** The limits of an attachment. At least one is present. */
export interface Limits {
  /** Of frames to the guest. */
  readonly ingress: Limit | undefined
  /** Of frames from the guest. */
  readonly egress: Limit | undefined
}

/** A configuration with these keys. */
interface Source extends Bandwidth {
  readonly runtimeConfig?: { readonly bandwidth?: Bandwidth }
}

/**
 * Returns the limits of the attachment, or undefined if there are none. As in the bandwidth plugin, `runtimeConfig` counts only
 * if the configuration has none of the keys.
 * @throws {CniError} 7 for a rate without a burst, or a limit that the kernel cannot have
 */
export function readLimits(config: Source): Limits | undefined {
  const isGiven = Object.keys(bandwidthKeys).some((key) => config[key as keyof Bandwidth] !== undefined)
  const given = isGiven ? config : (config.runtimeConfig?.bandwidth ?? {})
  const ingress = limitOf('ingress', given.ingressRate, given.ingressBurst)
  const egress = limitOf('egress', given.egressRate, given.egressBurst)
  return ingress === undefined && egress === undefined ? undefined : { ingress, egress }
}

function limitOf(direction: string, rate = 0, burst = 0): Limit | undefined {
  if (rate === 0 && burst === 0) return undefined
  const expect = (key: string, value: number, what: string) =>
    new CniError(ErrorCode.invalidConfig, `invalid ${direction}${key} ${value}: expected ${what}`)
  if (burst === 0) throw expect('Rate', rate, `${direction}Burst too`)
  if (rate === 0) throw expect('Burst', burst, `${direction}Rate too`)
  if (rate < 8) throw expect('Rate', rate, '8 or more: a byte per second')
  if (burst >= maxBurst) throw expect('Burst', burst, `less than ${maxBurst}`)
  const limit = { rate: Math.floor(rate / 8), burst: Math.floor(burst / 8) }
  if (bytesOf(limit) === 0) throw expect('Burst', burst, 'more at this rate: the kernel rounds it down to 0 bytes')
  return limit
}

/** Returns the largest frame that may pass: the bytes of the burst's ticks, tbf_change(), net/sched/sch_tbf.c. */
export const bytesOf = (limit: Limit) => Math.floor((ticksOf(limit) * tick * limit.rate) / 1e9)

/** The kernel counts the bytes of a burst in 32 bits. */
const maxBurst = 8 * 0xffff_ffff

const microseconds = 1_000_000

/** Nanoseconds of a tick. PSCHED_SHIFT, net/pkt_sched.h; /proc/net/psched */
const tick = 64

/** Largest number of the attributes of a tbf. */
const maxTicks = 0xffff_ffff

/**
 * Returns the time of a burst in ticks, in whole microseconds as in the bandwidth plugin. A longer time than 32 bits can hold (274
 * seconds) becomes the longest one. Kubernetes always requests a burst of 2^31 - 1 bits, which takes longer at rates below 8 Mbit/s.
 */
export function ticksOf({ rate, burst }: Limit): number {
  const duration = Math.floor((burst * microseconds) / rate)
  return Math.min(Math.floor((duration * 1000) / tick), maxTicks)
}

/** Longest time in milliseconds that a frame waits, the same as in the bandwidth plugin. */
const latency = 25

/** Returns the bytes that may wait, a burst included. */
export function queueOf({ rate, burst }: Limit): number {
  return Math.min(Math.floor((rate * latency) / 1000) + burst, 0xffff_ffff)
}
