import { ownOnly } from '../../codec/own.js'
import { type AddressMessage, IFA_F, RT_SCOPE } from '../../route/index.js'
import { type Accepted, integers, shortText, U8, U32 } from '../accepted.js'
import type { Wish } from '../ensure.js'
import { addressOf, bitsOfFamily, canonical, familyNumber, parseText } from '../ip-text.js'
import { indexOf } from '../link-ref.js'
import { bitsOf, numberOf } from '../names.js'
import { defined, expectGiven, expectKeys } from '../objects.js'
import { type Address, cacheinfoOf, type NewAddress } from './types.js'

/** Identifies an address by its network and, on a point-to-point link, its peer. */
export type AddressKey = Pick<NewAddress, 'address' | 'dev' | 'peer'>

/** INFINITY_LIFE_TIME stands for Infinity. */
const seconds = (least: number): Accepted => ({
  allowed: `a whole number of seconds from ${least}, or Infinity`,
  fits: (value) => value === Number.POSITIVE_INFINITY || integers(least, 0xfffffffe).fits(value),
})
/** The options of an address, with the values that the kernel accepts: ifa_ipv4_policy, ifa_ipv6_policy */
export const addressKeys = {
  ...{ address: 1, dev: 1, peer: 1, family: 1, broadcast: 1, label: shortText(15), scope: 1, flags: 1 },
  ...{ validLifetime: seconds(1), preferredLifetime: seconds(0), metric: U32, proto: U8 },
} satisfies Record<keyof NewAddress, unknown>

/** Flags that a request sets; the kernel reports the others. */
const SETTABLE = IFA_F.NODAD | IFA_F.HOMEADDRESS | IFA_F.MANAGETEMPADDR | IFA_F.NOPREFIXROUTE | IFA_F.MCAUTOJOIN

/** Checks the options of an address. @throws {TypeError} */
export function expectAddress(address: NewAddress): void {
  expectKeys('address', address, addressKeys)
  const { validLifetime = Number.POSITIVE_INFINITY, preferredLifetime = 0 } = address
  if (preferredLifetime > validLifetime)
    throw new TypeError(
      `expected preferredLifetime of address to be at most validLifetime, ${validLifetime}, got ${preferredLifetime}`,
    )
  for (const key of ['broadcast', 'label'] as const)
    if (address[key] !== undefined && typeof address.address === 'string' && address.address.includes(':'))
      throw new TypeError(`expected ${key} only of an IPv4 address, got it with ${address.address}`)
}

/** The own end and the peer, each as it is read; `length` is that of the network. */
function ends({ address, peer }: AddressKey) {
  const own = parseText('address', address)
  const other = peer === undefined ? undefined : parseText('peer', peer)
  if (other !== undefined && other.family !== own.family)
    throw new TypeError(`expected peer to be of ${own.family}, as address is, got ${other.family}`)
  const { family } = own
  const length = other?.length ?? own.length ?? bitsOfFamily(family)
  return { family, length, local: own.address, address: other?.address ?? own.address }
}

/** Returns the message of an address, its link resolved. @throws {TypeError} */
export function* messageOf(what: string, given: NewAddress) {
  const address = ownOnly(given)
  expectGiven(what, address, 'address', 'dev')
  const { family, length, ...addresses } = ends(address)
  if (address.family !== undefined && address.family !== family)
    throw new TypeError(`expected address to be of ${address.family}, as family says, got one of ${family}`)
  const { scope, flags, label, metric, proto } = address
  const broadcast = address.broadcast === undefined ? undefined : addressOf('broadcast', address.broadcast, 'inet')
  const index = yield* indexOf('dev', address.dev)
  const cacheinfo = cacheinfoOf(address)
  return {
    ...{ family: familyNumber(family), prefixlen: length, index },
    ...(scope !== undefined && { scope: numberOf('scope', RT_SCOPE, scope) }),
    attrs: {
      ...addresses,
      ...defined({ label, broadcast, cacheinfo, rtPriority: metric, proto }),
      ...(flags !== undefined && { flags: bitsOf('flags', IFA_F, flags) }),
    },
  }
}

/** True for two messages of one address: its link, network and peer. */
export const isSame = (wanted: AddressRequest, found: AddressMessage) =>
  found.family === wanted.family &&
  found.index === wanted.index &&
  found.prefixlen === wanted.prefixlen &&
  (found.attrs.local ?? found.attrs.address) === wanted.attrs.local &&
  found.attrs.address === wanted.attrs.address

/** The parts of a request that tell addresses apart. */
interface AddressRequest {
  readonly family: number
  readonly index: number
  readonly prefixlen: number
  readonly attrs: { readonly local?: string | undefined; readonly address?: string | undefined }
}

/** Seconds by which a finite lifetime may have run down and still count as the desired one. */
const PATIENCE = 2

function lifetimeWish(key: 'validLifetime' | 'preferredLifetime', wanted: number | undefined, actual: number): Wish {
  const fulfilled = wanted === undefined || wanted === actual || (wanted >= actual && wanted - actual <= PATIENCE)
  return { key, wanted, actual, fulfilled }
}

/** Returns the desired and the actual value of each property. */
export function wishesOf(wish: NewAddress, found: Address): Wish[] {
  const { scope, flags = [], validLifetime, preferredLifetime = validLifetime } = wish
  const { message } = found
  const bits = bitsOf('flags', IFA_F, flags) & SETTABLE
  return [
    { key: 'broadcast', wanted: wish.broadcast && canonical('broadcast', wish.broadcast), actual: found.broadcast },
    { key: 'label', wanted: wish.label, actual: found.label },
    { key: 'metric', wanted: wish.metric, actual: found.metric ?? 0 },
    { key: 'proto', wanted: wish.proto, actual: found.proto ?? 0 },
    {
      ...{ key: 'scope', wanted: scope, actual: found.scope },
      // The kernel derives the scope of an IPv6 address from the address.
      fulfilled:
        scope === undefined || found.family === 'inet6' || numberOf('scope', RT_SCOPE, scope) === message.scope,
    },
    {
      ...{ key: 'flags', wanted: flags, actual: found.flags },
      fulfilled: ((message.attrs.flags ?? message.flags) & bits) === bits,
    },
    lifetimeWish('validLifetime', validLifetime, found.validLifetime),
    lifetimeWish('preferredLifetime', preferredLifetime, found.preferredLifetime),
  ]
}
