import { defined } from '../values/objects.js'
import { bytes, bytesPerSecond, microseconds } from '../values/units.js'
import { minorNumber } from './shaper-words.js'
import { computed, direct, objectOf, type Parsed } from './words.js'

export const hfsc = direct(
  {
    /** Class of the packets that no filter selects: `1:10`, or its minor number. Default: none, they are dropped. */
    default: minorNumber,
  },
  { default: 'defcls' },
)

/** A service curve: two slopes (`m1` for the time `d`, then `m2`), or a rate with the delay `dmax` of packets of `umax` bytes. */
const curve = {
  /** First slope: bits per second, or a text with a unit such as `10mbit`. Default: 0. */
  m1: bytesPerSecond,
  /** Time of the first slope: microseconds, or a text with a unit such as `20ms`. Default: 0. */
  d: microseconds,
  /** Slope after the time `d`: bits per second, or a text with a unit such as `10mbit`. Default: 0. */
  m2: bytesPerSecond,
  /** Size of the packets that have the delay `dmax`: bytes, or a text with a unit such as `2kb`. Default: 0. */
  umax: bytes,
  /** Longest delay of packets of `umax` bytes: microseconds, or a text with a unit such as `20ms`. Default: 0. */
  dmax: microseconds,
  /** Rate in the long run: bits per second, or a text with a unit such as `10mbit`. In place of `m1`, `d` and `m2`. */
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
    /** Real-time curve: the service that is guaranteed. */
    rt: curveOf,
    /** Link-sharing curve: the share of what the parent has left. */
    ls: curveOf,
    /** Real-time and link-sharing curve, if they are equal. */
    sc: curveOf,
    /** Upper limit of the service by the link-sharing curve. Default: none. */
    ul: curveOf,
  },
  ({ rt, ls, sc, ul }) => {
    const one = (given: Parsed<typeof curve> | undefined) => given && slopes(given)
    return defined({ rsc: one(rt ?? sc), fsc: one(ls ?? sc), usc: one(ul) })
  },
)
