import { ArgumentError } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'
import { defined } from '../values/objects.js'
import { keys, type Pairs, type Ports } from './flower-keys.js'
import { classid, hardware, hardwareFlags } from './offload-words.js'
import { computed, count, objectOf } from './words.js'

const portNames: Readonly<Record<number, string>> = {
  [IPPROTO.TCP]: 'Tcp',
  [IPPROTO.UDP]: 'Udp',
  [IPPROTO.SCTP]: 'Sctp',
}

/** Returns the attributes of a port, which depend on the protocol. @throws {TypeError} */
function portPairs(option: string, side: 'Src' | 'Dst', value: Ports, protocol: unknown): Pairs {
  const name = portNames[protocol as number]
  if (name === undefined)
    throw new ArgumentError(`expected ${option} behind an ipProto of tcp, udp or sctp, got ${show(protocol)}`)
  if (typeof value === 'number') return { [`key${name}${side}`]: value }
  const { min, max } = objectOf({ min: count, max: count })(option, value)
  return { [`keyPort${side}Min`]: min, [`keyPort${side}Max`]: max }
}

export const flower = {
  ...computed(
    { ...keys, classid, ...hardware },
    (given, under) => {
      const { classid: id, skipHw, skipSw, ...matches } = given
      let result: Pairs = {}
      for (const [key, value] of Object.entries(matches) as [string, Pairs & { side?: 'Src' | 'Dst'; value?: Ports }][])
        result = {
          ...result,
          ...(value.side === undefined
            ? value
            : portPairs(`${under}.${key}`, value.side, value.value as Ports, result.keyIpProto)),
        }
      return { ...result, ...defined({ classid: id }), flags: hardwareFlags({ skipHw, skipSw }) }
    },
    { isEmptyAllowed: true },
  ),
  keepsOrder: true,
}
