import { constants } from 'node:os'
import { AF } from '../codec/index.js'
import { ownOnly } from '../codec/own.js'
import { type AddressMessage, IFA_F, RT_SCOPE } from '../route/index.js'
import { type Address, cacheinfoOf, type NewAddress, toAddress } from './address.js'
import { indexOf, type LinkRef } from './device.js'
import { type Ensured, ensure, isFulfilled, type Wish } from './ensure.js'
import { ExplainedError } from './explained-error.js'
import { addressOf, bitsOfFamily, canonical, familyNumber, type IpFamily, parseText } from './ip-text.js'
import { defined, expectGiven, expectKeys } from './keys.js'
import { bitsOf, numberOf } from './names.js'
import { change, dump, type Operation } from './operation.js'
import { type Accepted, integers, shortText, U8, U32 } from './ranges.js'
import { messageIn } from './selection.js'

/** Which addresses to list. */
export interface AddressFilter {
  readonly dev?: LinkRef | undefined
  readonly family?: IpFamily | undefined
  readonly scope?: Address['scope'] | undefined
}

/** Which address: its network counts, and its peer where it has one. */
export type AddressKey = Pick<NewAddress, 'address' | 'dev' | 'peer'>

const filterKeys = { dev: 1, family: 1, scope: 1 } satisfies Record<keyof AddressFilter, unknown>
/** INFINITY_LIFE_TIME stands for Infinity. */
const seconds = (least: number): Accepted => ({
  allowed: `a whole number of seconds from ${least}, or Infinity`,
  fits: (value) => value === Number.POSITIVE_INFINITY || integers(least, 0xfffffffe).fits(value),
})
/** The options of an address, with the values that the kernel accepts: ifa_ipv4_policy, ifa_ipv6_policy */
const addressKeys = {
  ...{ address: 1, dev: 1, peer: 1, family: 1, broadcast: 1, label: shortText(15), scope: 1, flags: 1 },
  ...{ validLifetime: seconds(1), preferredLifetime: seconds(0), metric: U32, proto: U8 },
} satisfies Record<keyof NewAddress, unknown>

/** Flags that a request sets; the kernel reports the others. */
const SETTABLE = IFA_F.NODAD | IFA_F.HOMEADDRESS | IFA_F.MANAGETEMPADDR | IFA_F.NOPREFIXROUTE | IFA_F.MCAUTOJOIN

/** Checks the options of an address. @throws {TypeError} */
function expectAddress(address: NewAddress): void {
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

/** All addresses, or those that the filter lets through. */
function* list(filter?: AddressFilter): Operation<Address[]> {
  expectKeys('filter', filter ?? {}, filterKeys)
  const { dev, family, scope } = ownOnly(filter ?? {})
  const index = dev === undefined ? undefined : yield* indexOf('dev', dev)
  const number = family === undefined ? undefined : familyNumber(family)
  const wanted = scope === undefined ? undefined : numberOf('scope', RT_SCOPE, scope)
  const found = yield* dump('RTM_GETADDR', defined({ family: number, index }))
  // Without strict checking the kernel goes by the family alone; a kernel without IPv6 tells all.
  const fits = (message: AddressMessage) =>
    (index === undefined || message.index === index) &&
    (number === undefined || message.family === number) &&
    (wanted === undefined || message.scope === wanted)
  return found.filter(fits).map(toAddress)
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

function* messageOf(what: string, given: NewAddress) {
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

/** An address of a link; undefined where it has none such. */
function* get(key: AddressKey): Operation<Address | undefined> {
  expectKeys('address', key, addressKeys)
  const { validLifetime: _valid, preferredLifetime: _preferred, ...lasting } = key as NewAddress
  const found = yield* find(key)
  return found && wishesOf(lasting, found).every(isFulfilled) ? found : undefined
}

function* find({ address, dev, peer }: AddressKey): Operation<Address | undefined> {
  const wanted = yield* messageOf('address', { address, dev, peer })
  const { family, index } = wanted
  const same = (yield* dump('RTM_GETADDR', { family, index })).find((one) => isSame(wanted, one))
  return same && toAddress(same)
}

/** True for two messages of one address: its link, network and peer. */
const isSame = (wanted: AddressRequest, found: AddressMessage) =>
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

/** Gives a link an address. @throws {NetlinkError} `EEXIST` where it has it */
function* add(address: NewAddress): Operation<void> {
  expectAddress(address)
  yield* change('RTM_NEWADDR', yield* messageOf('address', address), { create: true, excl: true })
}

/**
 * Adds an address to a link, or changes its lifetimes, flags, metric or `proto`.
 * @throws {NetlinkError} `EEXIST` if the link has it with another peer or, of IPv6, another length: the kernel would change that
 */
function* replace(address: NewAddress): Operation<void> {
  expectAddress(address)
  const message = yield* messageOf('address', address)
  const { family, index, prefixlen, attrs } = message
  const other = (yield* dump('RTM_GETADDR', { family, index })).find(
    (one) =>
      (one.attrs.local ?? one.attrs.address) === attrs.local &&
      (family === AF.INET6 || one.prefixlen === prefixlen) &&
      !isSame(message, one),
  )
  if (other) throw otherAddress('RTM_NEWADDR', 'EEXIST', toAddress(other))
  yield* change('RTM_NEWADDR', message, { create: true, replace: true })
}

/** Returns the error for an address that differs in its peer or length. */
const otherAddress = (request: string, errno: 'EEXIST' | 'EADDRNOTAVAIL', { address, peer }: Address) =>
  new ExplainedError({
    ...{ request, errno: constants.errno[errno] },
    text: `the link has ${address}${peer === undefined ? '' : ` with the peer ${peer}`}`,
  })

/**
 * Deletes an address of a link. One with a peer, or one that was read, is looked up first: the kernel compares only the network
 * of a peer, and of IPv6 no peer.
 * @throws {NetlinkError} `EADDRNOTAVAIL` if the link does not have it
 */
function* remove(key: AddressKey): Operation<void> {
  expectKeys('address', key, addressKeys)
  const { address, dev, peer } = key
  const { label } = key as NewAddress
  const message = yield* messageOf('address', { address, dev, peer, label })
  if (peer !== undefined || messageIn(key) !== undefined) {
    const { family, index, attrs } = message
    const all = yield* dump('RTM_GETADDR', { family, index })
    const other = all.find((one) => (one.attrs.local ?? one.attrs.address) === attrs.local)
    if (other && !all.some((one) => isSame(message, one)))
      throw otherAddress('RTM_DELADDR', 'EADDRNOTAVAIL', toAddress(other))
  }
  yield* change('RTM_DELADDR', message)
}

/** How long a finite lifetime may have gone on and still be the one that was wished, in seconds. */
const PATIENCE = 2

function lifetimeWish(key: 'validLifetime' | 'preferredLifetime', wanted: number | undefined, actual: number): Wish {
  const fulfilled = wanted === undefined || wanted === actual || (wanted >= actual && wanted - actual <= PATIENCE)
  return { key, wanted, actual, fulfilled }
}

function wishesOf(wish: NewAddress, found: Address): Wish[] {
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

/**
 * Makes a link have an address, and it be as wished: what is left out stays as it is; `flags` are those that must be among its.
 * A finite lifetime begins anew.
 * @throws {EnsureError} where the kernel cannot change something: IPv4's `label`, `broadcast`, `scope`
 */
function* ensureAddress(address: NewAddress): Operation<Ensured> {
  expectAddress(address)
  expectGiven('address', address, 'address', 'dev')
  const dev = yield* indexOf('dev', address.dev)
  const wish = { ...address, dev }
  return yield* ensure<Address>({
    object: 'address',
    find: () => find(wish),
    create: () => add(wish),
    wishes: (found) => wishesOf(wish, found),
    *update(found) {
      // The kernel would set what is left out to its default. With a new valid lifetime, the preferred one follows it.
      const { validLifetime, metric, proto } = found
      const preferredLifetime = wish.validLifetime === undefined ? found.preferredLifetime : undefined
      const flags = [...found.flags.filter((flag) => flag !== 'PERMANENT'), ...(wish.flags ?? [])]
      const kept = defined({ validLifetime, preferredLifetime, metric, proto })
      yield* replace({ ...kept, ...defined(wish), flags } as NewAddress)
    },
  })
}

/** Addresses. */
export const addressOperations = { list, get, add, replace, delete: remove, ensure: ensureAddress }
