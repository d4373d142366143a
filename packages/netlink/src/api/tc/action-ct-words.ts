import { ArgumentError, show } from '../../codec/index.js'
import { TC_ACT, TCA_CT_ACT } from '../../route/index.js'
import { canonical, familyOf } from '../values/ip-text.js'
import { bitsOf } from '../values/names.js'
import { defined } from '../values/objects.js'
import { action, parmsOf } from './verdict.js'
import { count, objectOf, wordOf } from './words.js'

/** The address of a packet that changes: that of its source or its destination. */
const sides = { src: TCA_CT_ACT.NAT_SRC, dst: TCA_CT_ACT.NAT_DST }

/** Returns the ends of a range of addresses: `10.0.0.1` or `10.0.0.1-10.0.0.9`. @throws {TypeError} */
function addresses(option: string, text: string): Readonly<Record<string, string>> {
  const [from = '', to = from, ...more] = typeof text === 'string' ? text.split('-') : []
  const [least, most] = [canonical(option, from), canonical(option, to)]
  if (more.length > 0 || familyOf(least) !== familyOf(most))
    throw new ArgumentError(`expected ${option} to be an address, or two of a family with '-', got ${show(text)}`)
  const key = familyOf(least) === 'inet' ? 'natIpv4' : 'natIpv6'
  return { [`${key}Min`]: least, [`${key}Max`]: most }
}

/** Returns the ends of a range of ports. */
function ports(
  option: string,
  value:
    | number
    | {
        /** Lowest port. */
        readonly min: number
        /** Highest port. */
        readonly max: number
      },
) {
  if (typeof value === 'number') return { natPortMin: value, natPortMax: value }
  const { min: natPortMin, max: natPortMax } = objectOf({ min: count, max: count })(option, value)
  return { natPortMin, natPortMax }
}

export const ct = action(
  {
    /** Flags of the operation: `COMMIT`, `FORCE`, `CLEAR`, `NAT`, … */
    action: (option: string, flags: readonly (string & keyof (typeof TCA_CT_ACT)['values'])[]) =>
      bitsOf(option, TCA_CT_ACT, flags),
    /** Zone of connection tracking: 0 to 65535. Default: 0. */
    zone: count,
    /** Mark that the connection gets, with `COMMIT`. */
    mark: objectOf({
      /** The mark: 32 bits. */
      value: count,
      /** Bits of the mark that are changed. Default: all. */
      mask: count,
    }),
    /** Address translation: of `side`, to an address or port, or a range of them. `{}`: as the connection was translated before. */
    nat: objectOf({
      /** Address that changes: `src` or `dst`. */
      side: wordOf(sides),
      /** New address, or a range: `10.0.0.1`, `10.0.0.1-10.0.0.9`. tc: `addr`. */
      address: addresses,
      /** New port, or a range: `{ min: 1024, max: 2047 }`. */
      port: ports,
    }),
  },
  ({ action: flags = 0, zone, mark, nat, ...rest }, under) => {
    if (nat?.side === undefined && (nat?.address ?? nat?.port) !== undefined)
      throw new ArgumentError(`expected ${under}.nat to have 'side' with an address or a port, got none`)
    return defined({
      ...{ zone, mark: mark?.value, markMask: mark && (mark.mask ?? 0xffffffff), ...nat?.address, ...nat?.port },
      action: flags | (nat === undefined ? 0 : TCA_CT_ACT.NAT | (nat.side ?? 0)),
      parms: parmsOf(rest, TC_ACT.PIPE),
    })
  },
)
