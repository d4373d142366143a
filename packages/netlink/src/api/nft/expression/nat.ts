import { ArgumentError } from '../../../codec/error.js'
import { show } from '../../../codec/index.js'
import { NF_NAT_RANGE, NFT_NAT } from '../../../netfilter/index.js'
import { BOOLEAN } from '../../values/accepted.js'
import { checkKeys } from '../../values/objects.js'
import { type DataType, dataTypes } from '../types/data-types.js'
import { bitsIn } from '../types/words.js'
import { inputOf, Mapped } from './selector.js'
import type { Input, Statement, Target } from './statement.js'
import { parseInterval } from './value.js'

/** Flags of `snat`, `dnat`, `masquerade` and `redirect`. */
export type NatFlag = 'random' | 'fully-random' | 'persistent'
/** Bits of the flags of nat. */
export const natFlags = {
  random: NF_NAT_RANGE.PROTO_RANDOM,
  'fully-random': NF_NAT_RANGE.PROTO_RANDOM_FULLY,
  persistent: NF_NAT_RANGE.PERSISTENT,
} as const

const natBits = (flags?: readonly NatFlag[]) => bitsIn('flags of nat', natFlags, flags)

/** Returns the ends of a range or of a prefix. */
function range(key: string, text: string, type: DataType): readonly (Input | undefined)[] {
  const [, slash] = text.split('/')
  if (slash !== undefined) {
    const { from, to } = parseInterval(key, type, text)
    return [from, to].map((bytes) => ({ is: 'constant', bytes, type }) as const)
  }
  const [first, last] = text.split('-') as [string, string?]
  return [inputOf(key, [type], first), last === undefined ? undefined : inputOf(key, [type], last)]
}

/** Splits `10.0.0.1-10.0.0.9:80-90`, `[2001:db8::1]:80`, `:8080`. @throws {TypeError} */
function parseTarget(key: string, text: string): Target {
  const [, inBrackets, plain, ports] =
    /^(?:\[([^\]]+)\]|([^[\]]*?))(?::(\d+(?:-\d+)?))?$/.exec(
      text.split(':').length > 2 && !text.startsWith('[') ? `[${text}]` : text,
    ) ?? []
  const address = inBrackets ?? plain
  if (address === undefined || (address === '' && ports === undefined))
    throw new ArgumentError(`expected ${key} to be an address, a port like ':80', or both, got ${show(text)}`)
  const isV6 = address.includes(':')
  const type = isV6 ? dataTypes.ipv6 : dataTypes.ipv4
  const [from, to] = address === '' ? [] : range(key, address, type)
  const [port, portTo] = ports === undefined ? [] : range(key, ports, dataTypes.service)
  return { family: address === '' ? undefined : isV6 ? 'ip6' : 'ip', address: from, addressTo: to, port, portTo }
}

/**
 * Target of a translation: `'10.0.0.1:8080'`, `'10.0.0.1-10.0.0.9'`, `'[2001:db8::1]:80'`, `':8080'`, a map, or a prefix (`'10.0.0.0/24'`),
 * in which the translated address keeps its last bits.
 */
export type NatTarget = string | Mapped

/** Options of {@link dnat} and {@link snat}. */
export interface NatOptions {
  readonly flags?: readonly NatFlag[]
  /** Needed for a map of IPv6 addresses. Default: that of the address; `ip` for a map. */
  readonly family?: 'ip' | 'ip6'
  /** True if the map contains pairs of an address and a port. */
  readonly withPort?: boolean
}

function nat(type: number, to: NatTarget, options: NatOptions): Statement {
  checkKeys('options', options, { flags: 1, family: 1, withPort: BOOLEAN })
  const { family = 'ip', withPort } = options
  const key = type === NFT_NAT.DNAT ? 'dnat' : 'snat'
  const flags = natBits(options.flags)
  if (!(to instanceof Mapped)) {
    const target = parseTarget(key, String(to))
    if (target.address === undefined && target.port === undefined)
      throw new ArgumentError(`expected ${key} to have a target`)
    // A prefix keeps the bits of the host.
    const netmap = typeof to === 'string' && to.includes('/') ? NF_NAT_RANGE.NETMAP : 0
    return { is: 'nat', type, flags: flags | netmap, to: target }
  }
  const address = family === 'ip' ? dataTypes.ipv4 : dataTypes.ipv6
  const input: Input = inputOf(key, withPort ? [address, dataTypes.service] : [address], to)
  return { is: 'nat', type, flags, to: { family, address: input } }
}

/** Translates the destination: `dnat('10.0.0.1:8080')`. */
export const dnat = (to: NatTarget, options: NatOptions = {}): Statement => nat(NFT_NAT.DNAT, to, options)
/** Translates the source: `snat('203.0.113.1')`. */
export const snat = (to: NatTarget, options: NatOptions = {}): Statement => nat(NFT_NAT.SNAT, to, options)

function portsOf(key: string, to: string | undefined): Target {
  if (to === undefined) return {}
  const target = parseTarget(key, String(to))
  if (target.address !== undefined)
    throw new ArgumentError(`expected ${key} to have a port like ':80', got ${show(to)}`)
  return target
}

/** Translates the source to the address of the outgoing link: `masquerade()`, `masquerade(':1000-2000', ['random'])`. */
export const masquerade = (to?: `:${string}`, flags?: readonly NatFlag[]): Statement => ({
  is: 'masquerade',
  flags: natBits(flags),
  to: portsOf('masquerade', to),
})

/** Translates the destination to this machine: `redirect(':8080')`. */
export const redirect = (to?: `:${string}`, flags?: readonly NatFlag[]): Statement => ({
  is: 'redirect',
  flags: natBits(flags),
  to: portsOf('redirect', to),
})

/** Gives the packet to a socket of this machine: `tproxy(':8080')`, `tproxy('127.0.0.1:8080')`. */
export const tproxy = (to: string): Statement => ({ is: 'tproxy', to: parseTarget('tproxy', String(to)) })
