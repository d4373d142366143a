import { AF } from '../../codec/index.js'
import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { NetlinkError } from '../../message/index.js'
import type { AddressMessage } from '../../route/index.js'
import { bind } from '../run/bind.js'
import { type Ensured, ensure } from '../run/ensure.js'
import { indexOf } from '../run/link-lookup.js'
import { type AnyConnection, change, type Operation } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { refusal } from '../run/selection.js'
import { describeAddress } from '../values/describe.js'
import { checkKeys, defined, messageOf, requireKeys } from '../values/objects.js'
import { toAddress } from './decode.js'
import { compareAddress } from './diff.js'
import { type AddressIdentity, addressKeys, checkAddress, encodeAddress, isSameAddress } from './encode.js'
import { find, get, list, withLocal } from './read.js'
import type { Address, AddressFilter, AddressKey, NewAddress } from './types.js'

/** Operations on the addresses of links: `nl.address`. Those that end with `Sync` block the thread until the kernel has answered. */
export interface AddressOperations {
  /**
   * Lists addresses, like `ip address show`.
   * @param filter restricts the list; by default the addresses of all links and families are listed
   * @throws {NetlinkError} `ENODEV` if `filter.dev` does not exist
   */
  list(filter?: AddressFilter, options?: WaitOptions): Promise<Address[]>

  /** Lists addresses, like `ip address show`. Synchronous form of {@link AddressOperations.list}. */
  listSync(filter?: AddressFilter, options?: TimeoutOptions): Address[]

  /**
   * Returns an address, like `ip address show dev eth0 to 10.0.0.1`; `undefined` if the link does not have it.
   * @param key link, network and peer; if other properties are given, except lifetimes, they must match
   * @throws {NetlinkError} `ENODEV` if the link does not exist
   */
  get(key: AddressKey, options?: WaitOptions): Promise<Address | undefined>

  /** Returns an address; `undefined` if the link does not have it. Synchronous form of {@link AddressOperations.get}. */
  getSync(key: AddressKey, options?: TimeoutOptions): Address | undefined

  /**
   * Adds an address to a link, like `ip address add`.
   * @throws {NetlinkError} `EEXIST` if the link has the address; `ENODEV` if there is no such link
   */
  add(address: NewAddress, options?: WaitOptions): Promise<void>

  /** Adds an address to a link, like `ip address add`. Synchronous form of {@link AddressOperations.add}. */
  addSync(address: NewAddress, options?: TimeoutOptions): void

  /**
   * Adds an address to a link, or changes its lifetimes, flags, metric or `proto`, like `ip address replace`.
   * @throws {NetlinkError} `EEXIST` if the link has the address with another peer or, for IPv6, another prefix length: the kernel
   *   would change that one
   */
  replace(address: NewAddress, options?: WaitOptions): Promise<void>

  /** Adds an address to a link, or changes it, like `ip address replace`. Synchronous form of {@link AddressOperations.replace}. */
  replaceSync(address: NewAddress, options?: TimeoutOptions): void

  /**
   * Deletes an address of a link, like `ip address delete`.
   * @param key link, network and peer, or an address that was read
   * @throws {NetlinkError} `EADDRNOTAVAIL` if the link does not have it, or has it with another peer
   */
  delete(key: AddressKey, options?: WaitOptions): Promise<void>

  /** Deletes an address of a link, like `ip address delete`. Synchronous form of {@link AddressOperations.delete}. */
  deleteSync(key: AddressKey, options?: TimeoutOptions): void

  /**
   * Adds an address to a link, or applies the differences between the address and the spec: `ip address add` or `replace`.
   * Properties that are left out of the spec stay as they are; `flags` are those that must be set. A finite lifetime starts again.
   * @param address the spec; link, network and peer identify the address
   * @returns the changes
   * @throws {EnsureError} for properties of an IPv4 address that the kernel cannot change: `label`, `broadcast`, `scope`
   */
  ensure(address: NewAddress, options?: WaitOptions): Promise<Ensured>

  /** Adds an address to a link, or applies the differences. Synchronous form of {@link AddressOperations.ensure}. */
  ensureSync(address: NewAddress, options?: TimeoutOptions): Ensured
}

/** Creates the operations on one connection. */
export const addressOperations = (connection: AnyConnection) =>
  bind<AddressOperations>(new Runner(() => connection, 'address', describeAddress), {
    list: { arguments: 1, run: list },
    get: { arguments: 1, run: get },
    add: { arguments: 1, run: add },
    replace: { arguments: 1, run: replace },
    delete: { arguments: 1, run: remove },
    ensure: { arguments: 1, run: ensureAddress },
  })

function* add(address: NewAddress): Operation<void> {
  checkAddress(address)
  yield* change('RTM_NEWADDR', yield* encodeAddress(address), { create: true, excl: true })
}

/** Adds the address first: the addresses of the link are listed only if it exists, and another one may be replaced. */
function* replace(address: NewAddress): Operation<void> {
  checkAddress(address)
  const message = yield* encodeAddress(address)
  if (!isExact(message)) {
    try {
      yield* change('RTM_NEWADDR', message, { create: true, excl: true })
      return
    } catch (error) {
      if (!(error instanceof NetlinkError) || error.code !== 'EEXIST') throw error
    }
    const other = (yield* withLocal(message)).find((one) => !isSameAddress(message, one) && isReplaced(message, one))
    if (other) throw otherAddress('RTM_NEWADDR', 'EEXIST', toAddress(other))
  }
  yield* change('RTM_NEWADDR', message, { create: true, replace: true })
}

/** True for an IPv4 address of a single host: the kernel compares all bits of both ends (`find_matching_ifa`). */
const isExact = ({ family, prefixlen }: AddressIdentity) => family === AF.INET && prefixlen === 32

/** True if the kernel would replace this address, which has the same own end: for IPv4 it compares the prefix length too. */
const isReplaced = ({ prefixlen }: AddressIdentity, found: AddressMessage) =>
  found.family === AF.INET6 || found.prefixlen === prefixlen

/** Returns the error for an address that differs in its peer or prefix length. */
const otherAddress = (request: string, code: 'EEXIST' | 'EADDRNOTAVAIL', { address, peer }: Address) =>
  refusal({
    request,
    code,
    explanation: `the link has ${address}${peer === undefined ? '' : ` with the peer ${peer}`}`,
  })

/** Looks up an address with a peer, or one that was read: the kernel compares only the network of a peer, and for IPv6 no peer. */
function* remove(key: AddressKey): Operation<void> {
  checkKeys('address', key, addressKeys)
  const { address, dev, peer } = key
  const { label } = key as NewAddress
  const message = yield* encodeAddress({ address, dev, peer, label })
  if (peer !== undefined || messageOf(key) !== undefined) {
    const found = yield* withLocal(message)
    const [other] = found
    if (other && !found.some((one) => isSameAddress(message, one)))
      throw otherAddress('RTM_DELADDR', 'EADDRNOTAVAIL', toAddress(other))
  }
  yield* change('RTM_DELADDR', message)
}

function* ensureAddress(address: NewAddress): Operation<Ensured> {
  checkAddress(address)
  requireKeys('address', address, 'address', 'dev')
  const spec = { ...address, dev: yield* indexOf('dev', address.dev) }
  return yield* ensure<Address>({
    object: 'address',
    description: describeAddress(address),
    find: () => find(spec),
    create: () => add(spec),
    compare: (found) => compareAddress(spec, found),
    *update(found) {
      // The kernel would reset properties that are left out. With a new valid lifetime, the preferred one follows it.
      const { validLifetime, metric, proto } = found
      const preferredLifetime = spec.validLifetime === undefined ? found.preferredLifetime : undefined
      const flags = [...found.flags.filter((flag) => flag !== 'PERMANENT'), ...(spec.flags ?? [])]
      const kept = defined({ validLifetime, preferredLifetime, metric, proto })
      const address = { ...kept, ...defined(spec), flags } as NewAddress
      checkAddress(address)
      yield* change('RTM_NEWADDR', yield* encodeAddress(address), { create: true, replace: true })
    },
  })
}
