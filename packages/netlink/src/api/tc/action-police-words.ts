import { ArgumentError } from '../../codec/error.js'
import { TC_ACT } from '../../route/index.js'
import { defined } from '../values/objects.js'
import { bytes, bytesPerSecond } from '../values/units.js'
import { rateWithTable, ticksOf, ticksToSend } from './psched.js'
import { verdict } from './verdict.js'
import { computed, count, linklayer } from './words.js'

export const police = computed(
  {
    index: count,
    rate: bytesPerSecond,
    burst: bytes,
    /** Bytes of the largest packet. Default: any. */
    mtu: bytes,
    peakrate: bytesPerSecond,
    mpu: bytes,
    overhead: count,
    linklayer,
    /** Packets per second. */
    packetRate: count,
    /** Packets that are accepted at once. */
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
