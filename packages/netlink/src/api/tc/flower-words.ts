import { ArgumentError } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'
import { defined } from '../values/objects.js'
import { keys } from './flower-keys.js'
import type { OfProtocol, Pairs, Ports } from './flower-values.js'
import { hardwareFlags, type OffloadWords, offloadFilter } from './offload-words.js'
import { count, objectOf } from './words.js'

const portNames: Readonly<Record<number, string>> = {
  [IPPROTO.TCP]: 'Tcp',
  [IPPROTO.UDP]: 'Udp',
  [IPPROTO.SCTP]: 'Sctp',
}

const icmpNames: Readonly<Record<number, string>> = { [IPPROTO.ICMP]: 'Icmpv4', [IPPROTO.ICMPV6]: 'Icmpv6' }

/** Returns the name of a protocol in attributes. @throws {TypeError} */
function nameOf(option: string, names: Readonly<Record<number, string>>, words: string, protocol: unknown): string {
  const name = names[protocol as number]
  if (name === undefined)
    throw new ArgumentError(`expected ${option} behind an ipProto of ${words}, got ${show(protocol)}`)
  return name
}

/** Returns the attributes of a port. @throws {TypeError} */
function portPairs(option: string, side: 'Src' | 'Dst', value: Ports, protocol: unknown): Pairs {
  const name = nameOf(option, portNames, 'tcp, udp or sctp', protocol)
  if (typeof value === 'number') return { [`key${name}${side}`]: value }
  const { min, max } = objectOf({ min: count, max: count })(option, value)
  return { [`keyPort${side}Min`]: min, [`keyPort${side}Max`]: max }
}

/** Returns the attributes of a key that depends on the protocol. @throws {TypeError} */
function protocolPairs(option: string, { field, value }: OfProtocol, protocol: unknown): Pairs {
  if (field === 'src' || field === 'dst')
    return portPairs(option, field === 'src' ? 'Src' : 'Dst', value as Ports, protocol)
  const key = `key${nameOf(option, icmpNames, 'icmp or icmpv6', protocol)}${field === 'icmpType' ? 'Type' : 'Code'}`
  return { [key]: value, [`${key}Mask`]: 0xff }
}

const isOfProtocol = (value: Pairs | OfProtocol): value is OfProtocol => Object.hasOwn(value, 'field')

export const flower: OffloadWords<typeof keys> = {
  ...offloadFilter(
    keys,
    (given, under) => {
      const { classid, skipHw, skipSw, ...matches } = given
      let result: Pairs = {}
      for (const [key, value] of Object.entries(matches) as [string, Pairs | OfProtocol][]) {
        const pairs = isOfProtocol(value) ? protocolPairs(`${under}.${key}`, value, result.keyIpProto) : value
        result = { ...result, ...pairs }
      }
      return { ...result, ...defined({ classid }), flags: hardwareFlags({ skipHw, skipSw }) }
    },
    { isEmptyAllowed: true },
  ),
  keepsOrder: true,
}
