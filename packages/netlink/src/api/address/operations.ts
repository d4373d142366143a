import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeAddress } from '../values/describe.js'
import { get, list } from './read.js'
import type { Address, AddressFilter, AddressKey, NamedAddress, NewAddress } from './types.js'
import { add, ensureAddress, flush, remove, replace } from './write.js'

/** Operations on the addresses of links: `nl.address`. Those that end with `Sync` block the thread until the kernel has answered. */
export interface AddressOperations {
  /**
   * Lists addresses, like `ip address show`.
   * @param filter restricts the list; by default the addresses of all links and families are listed
   * @throws {NetlinkError} `ENODEV` if `filter.dev` does not exist
   */
  list<N extends boolean = false>(
    filter?: AddressFilter,
    options?: ReadOptions<N>,
  ): Promise<Read<N, Address, NamedAddress>[]>

  /** Lists addresses, like `ip address show`. Synchronous form of {@link AddressOperations.list}. */
  listSync<N extends boolean = false>(
    filter?: AddressFilter,
    options?: ReadOptionsSync<N>,
  ): Read<N, Address, NamedAddress>[]

  /**
   * Returns an address, like `ip address show dev eth0 to 10.0.0.1`; `undefined` if the link does not have it.
   * @param key link, network and peer; if other properties are given, except lifetimes, they must match
   * @throws {NetlinkError} `ENODEV` if the link does not exist
   */
  get<N extends boolean = false>(
    key: AddressKey,
    options?: ReadOptions<N>,
  ): Promise<Read<N, Address, NamedAddress> | undefined>

  /** Returns an address; `undefined` if the link does not have it. Synchronous form of {@link AddressOperations.get}. */
  getSync<N extends boolean = false>(
    key: AddressKey,
    options?: ReadOptionsSync<N>,
  ): Read<N, Address, NamedAddress> | undefined

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
   * Deletes all addresses that the filter selects, like `ip address flush`.
   * @returns the deleted addresses
   * @throws {TypeError} for a filter without a property
   * @throws {NetlinkError} `ENODEV` if `filter.dev` does not exist
   */
  flush(filter: AddressFilter, options?: WaitOptions): Promise<Address[]>

  /** Deletes all addresses that the filter selects, like `ip address flush`. Synchronous form of {@link AddressOperations.flush}. */
  flushSync(filter: AddressFilter, options?: TimeoutOptions): Address[]

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
    list: { arguments: 1, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    add: { arguments: 1, run: add },
    replace: { arguments: 1, run: replace },
    delete: { arguments: 1, run: remove },
    flush: { arguments: 1, run: flush },
    ensure: { arguments: 1, run: ensureAddress },
  })
