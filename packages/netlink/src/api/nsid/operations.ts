import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import type { NetnsRef } from '../../socket/netns.js'
import { bind } from '../run/bind.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeNetns } from '../values/describe.js'
import { get, list, pathOf, set } from './assign.js'

/**
 * Operations on the ids that this network namespace assigns to others: `nl.nsid`. Messages refer to other namespaces by these ids, such as
 * `linkNetnsid` of a link. The kernel also assigns them itself, and deletes them with either namespace. Those that end with `Sync`
 * block the thread until the kernel has answered.
 */
export interface NsidOperations {
  /** Lists the ids, in ascending order, like `ip netns list-id`. */
  list(options?: WaitOptions): Promise<number[]>

  /** Lists the ids, in ascending order. Synchronous form of {@link NsidOperations.list}. */
  listSync(options?: TimeoutOptions): number[]

  /**
   * Returns the id of a namespace; `undefined` if it has none.
   * @throws {SystemError} `ENOENT` if the namespace does not exist
   */
  get(netns: NetnsRef, options?: WaitOptions): Promise<number | undefined>

  /** Returns the id of a namespace. Synchronous form of {@link NsidOperations.get}. */
  getSync(netns: NetnsRef, options?: TimeoutOptions): number | undefined

  /**
   * Assigns an id to a namespace, like `ip netns set`, and returns it. It cannot be changed.
   * @param nsid from 0; by default the kernel chooses one
   * @throws {NetlinkError} `EEXIST` if the namespace has an id, `ENOSPC` if another one has this id
   */
  set(netns: NetnsRef, nsid?: number, options?: WaitOptions): Promise<number>

  /** Assigns an id to a namespace, and returns it. Synchronous form of {@link NsidOperations.set}. */
  setSync(netns: NetnsRef, nsid?: number, options?: TimeoutOptions): number

  /**
   * Returns a path of the namespace with an id. The kernel does not report it. So this compares the ids of the namespaces in `/run/netns`,
   * then of those of all processes. `undefined` if none has it: the namespace may be without a name and a process, or not be visible here.
   */
  pathOf(nsid: number, options?: WaitOptions): Promise<string | undefined>

  /** Returns a path of the namespace with an id. Synchronous form of {@link NsidOperations.pathOf}. */
  pathOfSync(nsid: number, options?: TimeoutOptions): string | undefined
}

/** Creates the operations on one connection. */
export const nsidOperations = (connection: AnyConnection) =>
  bind<NsidOperations>(new Runner(() => connection, 'id of a namespace', describeNetns), {
    list: { arguments: 0, run: list },
    get: { arguments: 1, run: get },
    set: { arguments: 2, run: set },
    pathOf: { arguments: 1, run: pathOf },
  })
