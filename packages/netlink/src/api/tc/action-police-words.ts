import { ArgumentError } from '../../codec/error.js'
import { TC_ACT } from '../../route/index.js'
import { defined } from '../values/objects.js'
import { bytes, bytesPerSecond } from '../values/units.js'
import { rateWithTable, ticksOf, ticksToSend } from './psched.js'
import { verdict } from './verdict.js'
import { computed, count, linklayer } from './words.js'

export const police = computed(
  {
    /** Number of the action, by which filters share it. By default the kernel chooses one. */
    index: count,
    /** Largest rate: bits per second, or a text with a unit such as `10mbit`. Either `rate` or `packetRate` is given. */
    rate: bytesPerSecond,
    /** Bytes that are accepted at once, or a text with a unit such as `32kb`. `rate` requires it. */
    burst: bytes,
    /** Size of the largest packet that is accepted: bytes, or a text with a unit such as `2kb`. Default: any. */
    mtu: bytes,
    /** Largest rate within a burst: bits per second, or a text with a unit such as `10mbit`. Default: unlimited. */
    peakrate: bytesPerSecond,
    /** Size of the smallest packet: bytes, or a text with a unit such as `64b`. Smaller packets count as this. Default: 0. */
    mpu: bytes,
    /** Bytes that are added to the size of each packet. Default: 0. */
    overhead: count,
    /** Link layer: `ethernet`, or `atm` (`adsl`), which sends cells of 53 bytes. Default: `ethernet`. */
    linklayer,
    /** Largest rate: packets per second. tc: `pkts_rate`. */
    packetRate: count,
    /** Packets that are accepted at once. tc: `pkts_burst`. */
    packetBurst: count,
    /** Verdict on packets above the rate. Default: `reclassify`. */
    exceed: verdict,
    /** Verdict on packets within the rate. Default: `pass`. */
    conform: verdict,
  },
  ({ index = 0, rate, burst = 0, mtu = 0, peakrate, packetRate, packetBurst = 0, exceed, conform, ...rest }, under) => {
    if ((rate === undefined) === (packetRate === undefined))
      throw new ArgumentError(
        `expected ${under} to have either 'rate' or 'packetRate', got ${rate === undefined ? 'none' : 'both'}`,
      )
    if (packetRate === 0) throw new ArgumentError(`expected ${under}.packetRate to be at least 1, got 0`)
    const none = { cellLog: 0, linklayer: 0, overhead: 0, cellAlign: 0, mpu: 0, rate: 0 }
    const one = rate === undefined ? undefined : rateWithTable({ rate, mtu, ...rest })
    const peak = peakrate === undefined ? undefined : rateWithTable({ rate: peakrate, mtu, ...rest })
    return defined({
      tbf: {
        ...{ index, action: exceed ?? TC_ACT.RECLASSIFY, limit: 0, burst: rate ? ticksToSend(rate, burst) : 0, mtu },
        ...{ rate: one?.spec ?? none, peakrate: peak?.spec ?? none, refcnt: 0, bindcnt: 0, capab: 0 },
      },
      ...{ rate: one?.table, rate64: one?.wide, peakrate: peak?.table, peakrate64: peak?.wide },
      pktrate64: packetRate === undefined ? undefined : BigInt(packetRate),
      pktburst64: packetRate === undefined ? undefined : BigInt(ticksOf((packetBurst * 1e6) / packetRate)),
      result: conform || undefined,
    })
  },
)
