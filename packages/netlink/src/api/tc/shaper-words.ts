import { ArgumentError, show } from '../../codec/index.js'
import { handleNumber } from '../values/handle.js'
import { defined } from '../values/objects.js'
import { bytes, bytesPerSecond, microseconds, type Size } from '../values/units.js'
import { rateWithTable, ticksToSend } from './psched.js'
import { computed, count, direct, flag, linklayer, objectOf, type Parsed } from './words.js'

/** A number of at most 16 bits, or a class, of which it is the minor number: `1:10`. */
function minorNumber(option: string, minor: number | `${string}:${string}`): number {
  return typeof minor === 'number' ? minor : handleNumber(option, minor) & 0xffff
}

/** Options of the rates of a kind. */
const ofRates = {
  /** Bytes of the smallest packet. */
  mpu: bytes,
  /** Bytes that are added to each packet. */
  overhead: count,
  linklayer,
}

/** Reads a size of a bucket, and behind a slash the size of a cell of the rate's table: `32kb`, `32kb/8`. */
function bucket(
  option: string,
  value: Size | `${string}/${number}`,
): { readonly size: number; readonly cell?: number } {
  const [, size, cell] = (typeof value === 'string' && /^([^/]*)\/(\d+)$/.exec(value)) || []
  if (cell === undefined) return { size: bytes(option, value as Size) }
  if (!Number.isInteger(Math.log2(Number(cell))))
    throw new ArgumentError(`expected ${option} to have a cell that is a power of two, got ${show(value)}`)
  return { size: bytes(option, size as Size), cell: Number(cell) }
}

export const htb = computed(
  {
    /** Class of the packets that no filter selects: `1:10`, or its minor number. */
    default: minorNumber,
    /** Divides the rate of a class to give its quantum. Default: 10. */
    r2q: count,
    /** Packets of the queue without a class. */
    directQlen: count,
    offload: flag,
  },
  ({ default: defcls = 0, r2q = 10, directQlen, offload }) =>
    defined({
      init: { version: 3, rate2quantum: r2q, defcls, debug: 0, directPkts: 0 },
      directQlen,
      offload: offload || undefined,
    }),
  { isEmptyAllowed: true },
)

/** Bytes of the largest packet that tc assumes for a class of htb. */
const HTB_MTU = 1600

export const htbClass = computed(
  {
    rate: bytesPerSecond,
    /** Default: `rate`. */
    ceil: bytesPerSecond,
    burst: bucket,
    cburst: bucket,
    prio: count,
    quantum: bytes,
    mtu: bytes,
    ...ofRates,
  },
  ({ rate = 0, ceil = rate, burst, cburst, prio = 0, quantum = 0, mtu = HTB_MTU, ...rest }) => {
    // In the smallest bucket is one packet, and what is sent between two interrupts of a timer of 1 GHz.
    const bucketOf = (perSecond: number, given = { size: Math.floor(perSecond / 1e9) + mtu }) =>
      ticksToSend(perSecond, given.size)
    const [least, most] = [
      rateWithTable({ rate, mtu, cell: burst?.cell, ...rest }),
      rateWithTable({ rate: ceil, mtu, cell: cburst?.cell, ...rest }),
    ]
    const parms = {
      ...{ rate: least.spec, ceil: most.spec, buffer: bucketOf(rate, burst), cbuffer: bucketOf(ceil, cburst) },
      ...{ quantum, level: 0, prio },
    }
    return defined({ rate64: least.wide, ceil64: most.wide, parms, rtab: least.table, ctab: most.table })
  },
  { required: ['rate'] },
)

export const tbf = computed(
  {
    rate: bytesPerSecond,
    /** Bytes that may be sent at once. */
    burst: bucket,
    /** Longest time that a packet waits. It gives the `limit`. */
    latency: microseconds,
    /** Bytes that may wait. */
    limit: bytes,
    /** Rate at which a burst is sent. It requires `mtu`. */
    peakrate: bytesPerSecond,
    /** Bytes that may be sent at once at the peak rate. */
    mtu: bucket,
    ...ofRates,
  },
  ({ rate = 0, burst, latency, limit, peakrate, mtu, ...rest }, under) => {
    if ((limit ?? latency) === undefined || (limit !== undefined && latency !== undefined))
      throw new ArgumentError(
        `expected ${under} to have either 'limit' or 'latency', got ${limit === undefined ? 'none' : 'both'}`,
      )
    if (peakrate && mtu === undefined)
      throw new ArgumentError(`expected ${under} to have 'mtu' with 'peakrate', got none`)
    const size = burst?.size ?? 0
    const waiting = (perSecond: number, inBucket: number) => Math.trunc((perSecond * (latency ?? 0)) / 1e6 + inBucket)
    // As for tc, 0 is no peak rate.
    const peakLimit = peakrate ? waiting(peakrate, mtu?.size ?? 0) : Number.POSITIVE_INFINITY
    const one = rateWithTable({ rate, mtu: mtu?.size, cell: burst?.cell, ...rest })
    const peak = peakrate ? rateWithTable({ rate: peakrate, mtu: mtu?.size, cell: mtu?.cell, ...rest }) : undefined
    const none = { cellLog: 0, linklayer: 0, overhead: 0, cellAlign: 0, mpu: 0, rate: 0 }
    const parms = {
      ...{ rate: one.spec, peakrate: peak?.spec ?? none, limit: limit ?? Math.min(waiting(rate, size), peakLimit) },
      // The kernel takes `burst` and `pburst`, which have no limit, if they are there.
      buffer: ticksToSend(one.spec.rate, size),
      mtu: peak === undefined ? 0 : ticksToSend(peak.spec.rate, mtu?.size ?? 0),
    }
    return defined({
      ...{ parms, burst: size, rate64: one.wide, rtab: one.table },
      ...{ prate64: peak?.wide, pburst: peak && mtu?.size, ptab: peak?.table },
    })
  },
  { required: ['rate', 'burst'] },
)

export const hfsc = direct(
  {
    /** Class of the packets that no filter selects: `1:10`, or its minor number. */
    default: minorNumber,
  },
  { default: 'defcls' },
)

/** A service curve: two slopes (`m1` for the time `d`, then `m2`), or a rate with the delay `dmax` of packets of `umax` bytes. */
const curve = {
  m1: bytesPerSecond,
  /** Microseconds, or a text with a unit. */
  d: microseconds,
  m2: bytesPerSecond,
  umax: bytes,
  /** Microseconds, or a text with a unit. */
  dmax: microseconds,
  rate: bytesPerSecond,
}

/** Returns the two slopes of a curve. */
function slopes({ m1 = 0, d = 0, m2 = 0, umax = 0, dmax = 0, rate }: Parsed<typeof curve>) {
  if (rate === undefined) return { m1, d, m2 }
  const steep = dmax === 0 ? 0 : Math.ceil((umax * 1e6) / dmax)
  if (steep > rate) return { m1: steep, d: dmax, m2: rate }
  return { m1: 0, d: umax === 0 ? 0 : Math.ceil(dmax - (umax * 1e6) / rate), m2: rate }
}

const curveOf = objectOf(curve)

export const hfscClass = computed(
  {
    /** Real-time curve. */
    rt: curveOf,
    /** Link-sharing curve. */
    ls: curveOf,
    /** Real-time and link-sharing curve. */
    sc: curveOf,
    /** Upper limit. */
    ul: curveOf,
  },
  ({ rt, ls, sc, ul }) => {
    const one = (given: Parsed<typeof curve> | undefined) => given && slopes(given)
    return defined({ rsc: one(rt ?? sc), fsc: one(ls ?? sc), usc: one(ul) })
  },
)
