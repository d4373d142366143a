import { ArgumentError } from '../../codec/error.js'
import { ownOnly } from '../../codec/own.js'
import { lastAddress, networkAddress } from '../../ip/index.js'
import { type AddressMessage, IFA_F, IFAPROT } from '../../route/index.js'
import { indexOf } from '../run/link-lookup.js'
import { type Accepted, integers, shortText, U32 } from '../values/accepted.js'
import { addressOf, bitsOfFamily, familyNumber, parseText } from '../values/ip-text.js'
import { RT_ADDRPROTOS } from '../values/name-files.js'
import { bitsOf, numberOf, scopeNumber } from '../values/names.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import { INFINITE_LIFETIME } from './decode.js'
import type { AddressKey, NewAddress } from './types.js'

const seconds = (least: number): Accepted => ({
  allowed: `a whole number of seconds from ${least}, or Infinity`,
  fits: (value) => value === Number.POSITIVE_INFINITY || integers(least, INFINITE_LIFETIME - 1).fits(value),
})

/** The options of an address, with the values that the kernel accepts: ifa_ipv4_policy, ifa_ipv6_policy */
export const addressKeys = {
  ...{ address: 1, dev: 1, peer: 1, family: 1, broadcast: 1, label: shortText(15), scope: 1, flags: 1 },
  ...{ validLifetime: seconds(1), preferredLifetime: seconds(0), metric: U32, proto: 1 },
} satisfies Record<keyof NewAddress, unknown>

/** Checks the options of an address. @throws {TypeError} */
export function checkAddress(address: NewAddress): void {
  checkKeys('address', address, addressKeys)
  const { validLifetime = Number.POSITIVE_INFINITY, preferredLifetime = 0 } = address
  if (preferredLifetime > validLifetime)
    throw new ArgumentError(
      `expected preferredLifetime of address to be at most validLifetime, ${validLifetime}, got ${preferredLifetime}`,
    )
  for (const key of ['broadcast', 'label'] as const)
    if (address[key] !== undefined && typeof address.address === 'string' && address.address.includes(':'))
      throw new ArgumentError(`expected ${key} only of an IPv4 address, got it with ${address.address}`)
}

/** Returns both ends of an address in the decoder's form; `length` is the prefix length of the network. */
function ends({ address, peer }: AddressKey) {
  const own = parseText('address', address)
  const other = peer === undefined ? undefined : parseText('peer', peer)
  if (other !== undefined && other.family !== own.family)
    throw new ArgumentError(`expected peer to be of ${own.family}, as address is, got ${other.family}`)
  const { family } = own
  const length = other?.length ?? own.length ?? bitsOfFamily(family)
  return { family, length, local: own.address, address: other?.address ?? own.address }
}

/** Returns `struct ifa_cacheinfo` of lifetimes; undefined if none is given. */
function encodeLifetimes({ validLifetime, preferredLifetime }: NewAddress) {
  if (validLifetime === undefined && preferredLifetime === undefined) return undefined
  const encoded = (value: number) => (value === Number.POSITIVE_INFINITY ? INFINITE_LIFETIME : value)
  const valid = validLifetime ?? Number.POSITIVE_INFINITY
  return { prefered: encoded(preferredLifetime ?? valid), valid: encoded(valid), cstamp: 0, tstamp: 0 }
}

/**
 * Returns the broadcast address: `+` stands for the network with all host bits set, `-` for the one with none, like `ip address`.
 * @throws {TypeError} also for a network without host bits, /31 and /32
 */
export function broadcastOf(text: string | undefined, address: string, length: number): string | undefined {
  if (text === undefined) return undefined
  if (text !== '+' && text !== '-') return addressOf('broadcast', text, 'inet')
  if (length > 30)
    throw new ArgumentError(`expected broadcast ${text} with a prefix length up to 30, got it with ${length}`)
  return (text === '+' ? lastAddress : networkAddress)({ address, length })
}

/** Returns the message of an address, with the index of its link. Checks all options before it looks up the link. @throws {TypeError} */
export function* encodeAddress(given: NewAddress) {
  const message = encodeWithoutLink(given)
  return { ...message, index: yield* indexOf('dev', given.dev) }
}

/** Returns the message of an address without the index of its link. @throws {TypeError} */
export function encodeWithoutLink(given: NewAddress) {
  const address = ownOnly(given)
  requireKeys('address', address, 'address', 'dev')
  const { family, length, ...addresses } = ends(address)
  if (address.family !== undefined && familyNumber(address.family) !== familyNumber(family))
    throw new ArgumentError(`expected address to be of ${address.family}, as family says, got one of ${family}`)
  const { scope, flags, label, metric } = address
  const proto = address.proto === undefined ? undefined : numberOf('proto', IFAPROT, address.proto, 0xff, RT_ADDRPROTOS)
  const broadcast = broadcastOf(address.broadcast, addresses.address, length)
  const cacheinfo = encodeLifetimes(address)
  return {
    ...{ family: familyNumber(family), prefixlen: length },
    ...(scope !== undefined && { scope: scopeNumber(scope) }),
    attrs: {
      ...addresses,
      ...defined({ label, broadcast, cacheinfo, rtPriority: metric, proto }),
      ...(flags !== undefined && { flags: bitsOf('flags', IFA_F, flags) }),
    },
  }
}

/** The members of a message that identify an address. */
export interface AddressIdentity {
  readonly family: number
  readonly index: number
  readonly prefixlen: number
  readonly attrs: { readonly local?: string | undefined; readonly address?: string | undefined }
}

/** Returns the own end of an address. IPv6 has no IFA_LOCAL without a peer. */
export const localOf = ({ attrs }: AddressMessage) => attrs.local ?? attrs.address

/** True for two messages of one address: the same link, network and peer. */
export const isSameAddress = (wanted: AddressIdentity, found: AddressMessage) =>
  found.family === wanted.family &&
  found.index === wanted.index &&
  found.prefixlen === wanted.prefixlen &&
  localOf(found) === wanted.attrs.local &&
  found.attrs.address === wanted.attrs.address
