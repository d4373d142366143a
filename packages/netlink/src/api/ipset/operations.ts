import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { netfilter } from '../../netfilter/index.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import { Runner } from '../run/runner.js'
import { entries, get, list, test } from './read.js'
import type { IpSet, IpSetEntries, IpSetEntry, NewIpSet, NewIpSetEntry } from './types.js'
import { add, create, destroy, ensure, flush, remove, rename, replace, swap } from './write.js'

/** Operations on IP sets, which rules of iptables, nftables and traffic control look up: `nl.ipset`. Those that end with `Sync` block the thread. */
export interface IpSetOperations {
  /** Lists sets without their entries, like `ipset list -terse`. */
  list(options?: WaitOptions): Promise<IpSet[]>
  /** Lists sets without their entries. Synchronous form of {@link IpSetOperations.list}. */
  listSync(options?: TimeoutOptions): IpSet[]
  /** Returns a set, without its entries; `undefined` if there is none with this name. */
  get(name: string, options?: WaitOptions): Promise<IpSet | undefined>
  /** Returns a set. Synchronous form of {@link IpSetOperations.get}. */
  getSync(name: string, options?: TimeoutOptions): IpSet | undefined
  /**
   * Creates a set, like `ipset create`, with the newest revision of its type.
   *
   * ```ts
   * await nl.ipset.create({ name: 'blocked', type: 'hash:net,port', timeout: 300, comment: true })
   * await nl.ipset.add('blocked', [{ elem: '10.0.0.0/24,tcp:80', comment: 'scans' }, '10.0.1.0/24,udp:53'])
   * ```
   * @throws {NetlinkError} `EEXIST` if there is a set with this name
   * @throws {TypeError} for an option that the type does not have
   */
  create(set: NewIpSet, options?: WaitOptions): Promise<void>
  /** Creates a set. Synchronous form of {@link IpSetOperations.create}. */
  createSync(set: NewIpSet, options?: TimeoutOptions): void
  /**
   * Creates a set, unless there is an equal one, like `ipset -exist create`.
   * @throws {NetlinkError} `EEXIST` if there is a set with this name and other options
   */
  ensure(set: NewIpSet, options?: WaitOptions): Promise<void>
  /** Creates a set, unless there is an equal one. Synchronous form of {@link IpSetOperations.ensure}. */
  ensureSync(set: NewIpSet, options?: TimeoutOptions): void
  /**
   * Destroys a set, like `ipset destroy`.
   * @throws {NetlinkError} `ENOENT` if there is none, `IPSET_ERR_BUSY` if a rule or another set uses it
   */
  destroy(name: string, options?: WaitOptions): Promise<void>
  /** Destroys a set. Synchronous form of {@link IpSetOperations.destroy}. */
  destroySync(name: string, options?: TimeoutOptions): void
  /** Removes all entries of a set, like `ipset flush`. */
  flush(name: string, options?: WaitOptions): Promise<void>
  /** Removes all entries of a set. Synchronous form of {@link IpSetOperations.flush}. */
  flushSync(name: string, options?: TimeoutOptions): void
  /**
   * Renames a set, like `ipset rename`.
   * @throws {NetlinkError} `IPSET_ERR_EXIST_SETNAME2` if the new name is used, `IPSET_ERR_REFERENCED` if a rule or another set uses the set
   */
  rename(from: string, to: string, options?: WaitOptions): Promise<void>
  /** Renames a set. Synchronous form of {@link IpSetOperations.rename}. */
  renameSync(from: string, to: string, options?: TimeoutOptions): void
  /**
   * Exchanges the names of two sets, like `ipset swap`: rules that use one look up the entries of the other from then on.
   * @throws {NetlinkError} `IPSET_ERR_TYPE_MISMATCH` if they have different types
   */
  swap(one: string, other: string, options?: WaitOptions): Promise<void>
  /** Exchanges the names of two sets. Synchronous form of {@link IpSetOperations.swap}. */
  swapSync(one: string, other: string, options?: TimeoutOptions): void
  /**
   * Lists the entries of a set, like `ipset list`. Their order is that of the kernel.
   * @throws {NetlinkError} `ENOENT` if there is no such set
   */
  entries(name: string, options?: WaitOptions): Promise<IpSetEntry[]>
  /** Lists the entries of a set. Synchronous form of {@link IpSetOperations.entries}. */
  entriesSync(name: string, options?: TimeoutOptions): IpSetEntry[]
  /**
   * Adds entries, like `ipset add`. It does not add all or none: entries before and shortly after one that is refused are added.
   * @throws {NetlinkError} for the first entry that is refused: `object` is the set and the entry, `code` is `IPSET_ERR_EXIST` if it is in
   * the set
   * @throws {TypeError} for an entry that the type does not have. Nothing was added.
   */
  add(name: string, entries: IpSetEntries, options?: WaitOptions): Promise<void>
  /** Adds entries. Synchronous form of {@link IpSetOperations.add}. */
  addSync(name: string, entries: IpSetEntries, options?: TimeoutOptions): void
  /** Adds entries, or changes the timeout and the other options of those that are in the set, like `ipset -exist add`. */
  replace(name: string, entries: IpSetEntries, options?: WaitOptions): Promise<void>
  /** Adds or changes entries. Synchronous form of {@link IpSetOperations.replace}. */
  replaceSync(name: string, entries: IpSetEntries, options?: TimeoutOptions): void
  /**
   * Deletes entries, like `ipset del`.
   * @throws {NetlinkError} for the first entry that is refused: `IPSET_ERR_EXIST` if it is not in the set
   */
  delete(name: string, entries: IpSetEntries, options?: WaitOptions): Promise<void>
  /** Deletes entries. Synchronous form of {@link IpSetOperations.delete}. */
  deleteSync(name: string, entries: IpSetEntries, options?: TimeoutOptions): void
  /** Returns true if a set matches an entry, like `ipset test`. */
  test(name: string, entry: NewIpSetEntry | string, options?: WaitOptions): Promise<boolean>
  /** Returns true if a set matches an entry. Synchronous form of {@link IpSetOperations.test}. */
  testSync(name: string, entry: NewIpSetEntry | string, options?: TimeoutOptions): boolean
}

/** Describes the argument of an operation in errors: the name of the set. */
function describeSet(argument: unknown): string {
  if (typeof argument === 'string') return argument
  const name = (argument as { readonly name?: unknown } | undefined)?.name
  return typeof name === 'string' ? name : ''
}

/** Creates the operations. */
export const open = (connections: Connections): IpSetOperations =>
  bind<IpSetOperations>(new Runner(() => connections.protocol(netfilter), 'set', describeSet), {
    list: { arguments: 0, run: list },
    get: { arguments: 1, run: get },
    create: { arguments: 1, run: create },
    ensure: { arguments: 1, run: ensure },
    destroy: { arguments: 1, run: destroy },
    flush: { arguments: 1, run: flush },
    rename: { arguments: 2, run: rename },
    swap: { arguments: 2, run: swap },
    entries: { arguments: 1, run: entries },
    add: { arguments: 2, run: add },
    replace: { arguments: 2, run: replace },
    delete: { arguments: 2, run: remove },
    test: { arguments: 2, run: test },
  })
