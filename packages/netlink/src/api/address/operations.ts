import { constants } from 'node:os'
import { AF } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import { type AddressMessage, RT_SCOPE } from '../../route/index.js'
import { type Ensured, ensure, isFulfilled } from '../ensure.js'
import { ExplainedError } from '../explained-error.js'
import { familyNumber, type IpFamily } from '../ip-text.js'
import { indexOf, type LinkRef } from '../link-ref.js'
import { numberOf } from '../names.js'
import { defined, expectGiven, expectKeys } from '../objects.js'
import { change, dump, type Operation } from '../operation.js'
import { messageIn } from '../selection.js'
import { type AddressKey, addressKeys, expectAddress, isSame, messageOf, wishesOf } from './encode.js'
import { type Address, type NewAddress, toAddress } from './types.js'

/** Selects the addresses to list. */
export interface AddressFilter {
  readonly dev?: LinkRef | undefined
  readonly family?: IpFamily | undefined
  readonly scope?: Address['scope'] | undefined
}

const filterKeys = { dev: 1, family: 1, scope: 1 } satisfies Record<keyof AddressFilter, unknown>
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
