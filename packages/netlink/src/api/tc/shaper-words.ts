import { ArgumentError, show } from '../../codec/index.js'
import { handleNumber } from '../values/handle.js'
import { defined } from '../values/objects.js'
import { bytes, bytesPerSecond, microseconds, type Size } from '../values/units.js'
import { rateWithTable, ticksToSend } from './psched.js'
import { computed, count, flag, linklayer } from './words.js'

/** A number of at most 16 bits, or a class, of which it is the minor number: `1:10`. */
export function minorNumber(option: string, minor: number | `${string}:${string}`): number {
  return typeof minor === 'number' ? minor : handleNumber(option, minor) & 0xffff
}

/** Options of the rates of a kind. */
const ofRates = {
  /** Size of the smallest packet: bytes, or a text with a unit such as `64b`. Smaller packets count as this. Default: 0. */
  mpu: bytes,
  /** Bytes that are added to the size of each packet. Default: 0. */
  overhead: count,
  /** Link layer: `ethernet`, or `atm` (`adsl`), which sends cells of 53 bytes. Default: `ethernet`. */
  linklayer,
} as const

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
    /** Class of the packets that no filter selects: `1:10`, or its minor number. Default: 0, they are sent directly. */
    default: minorNumber,
    /** Divisor of the rate of a class, which gives its `quantum`. Default: 10. */
    r2q: count,
    /** Packets that may wait in the queue without a class. Default: the link's `txqlen`. tc: `direct_qlen`. */
    directQlen: count,
    /** True lets hardware shape the packets. Default: false. */
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
    /** Guaranteed rate: bits per second, or a text with a unit such as `10mbit`. */
    rate: bytesPerSecond,
    /** Largest rate, with what the parent lends: bits per second, or a text with a unit such as `10mbit`. Default: `rate`. */
    ceil: bytesPerSecond,
    /** Bytes that may be sent at once above `rate`, or a text with a unit such as `32kb`. Default: `mtu`, and the bytes of a nanosecond. */
    burst: bucket,
    /** Bytes that may be sent at once above `ceil`, or a text with a unit such as `32kb`. Default: `mtu`, and the bytes of a nanosecond. */
    cburst: bucket,
    /** Priority, 0 to 7: classes with lower numbers are served first. Default: 0. */
    prio: count,
    /** Bytes of the class in a round, or a text with a unit such as `32kb`. Default: `rate` divided by `r2q`, from 1000 to 200000. */
    quantum: bytes,
    /** Size of the largest packet: bytes, or a text with a unit such as `2kb`. Default: 1600. */
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
    /** Largest rate: bits per second, or a text with a unit such as `10mbit`. */
    rate: bytesPerSecond,
    /** Bytes that may be sent at once, or a text with a unit such as `32kb`. */
    burst: bucket,
    /** Longest time that a packet waits, which gives the `limit`: microseconds, or a text with a unit such as `50ms`. */
    latency: microseconds,
    /** Bytes that may wait, or a text with a unit such as `32kb`. In place of `latency`. */
    limit: bytes,
    /** Rate at which a burst is sent: bits per second, or a text such as `10mbit`. It requires `mtu`. Default: that of the link. */
    peakrate: bytesPerSecond,
    /** Bytes that may be sent at once at the peak rate, or a text with a unit such as `2kb`. */
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
