import type { Recorder } from '../capture/recorder.js'
import { Connection, type RouteGroup } from '../connection/connection.js'
import {
  type ConnectionOptions,
  type TimeoutOptions,
  validateConnectionOptions,
  type WaitOptions,
} from '../connection/options.js'
import { socketFactoryOf } from '../connection/recorded.js'
import { nlctrl } from '../generic/control.js'
import type { GenericFamily } from '../generic/family.js'
import type { Messages } from '../message/index.js'
import type { rtnetlink } from '../route/index.js'
import { addressOperations } from './address/operations.js'
import { linkOperations } from './link/operations.js'
import { neighbourOperations } from './neighbour/operations.js'
import { nexthopOperations } from './nexthop/operations.js'
import { type AnyConnection, type BothWays, bothWays } from './operation.js'
import { type CommandPolicy, policyOperations } from './policy.js'
import { qdiscOperations } from './qdisc/operations.js'
import { routeOperations } from './route/operations.js'
import { ruleOperations } from './rule/operations.js'

type RouteConnection = Connection<typeof rtnetlink.messages, RouteGroup>

/**
 * Links, addresses, routes and the rest, as people speak of them. Each operation is there twice: `await nl.link.list()`
 * lets others run meanwhile, `nl.link.listSync()` does not.
 *
 * ```ts
 * using nl = Netlink.open({ netns: '/run/netns/blue' })
 * await nl.link.add({ name: 'br0', kind: 'bridge', data: { vlanFiltering: true }, up: true })
 * await nl.address.ensure({ address: '10.0.0.1/24', dev: 'br0' })
 * ```
 */
export class Netlink implements Disposable {
  /** What all of it goes by: messages as they are on the wire, batches, monitors. */
  readonly connection: RouteConnection
  readonly link: BothWays<typeof linkOperations>
  readonly address: BothWays<typeof addressOperations>
  readonly route: BothWays<typeof routeOperations>
  readonly neighbour: BothWays<typeof neighbourOperations>
  readonly rule: BothWays<typeof ruleOperations>
  readonly nexthop: BothWays<typeof nexthopOperations>
  readonly qdisc: BothWays<typeof qdiscOperations>
  readonly #options: ConnectionOptions
  readonly #recorder: Recorder | undefined
  readonly #policy: BothWays<typeof policyOperations>
  readonly #generic = new Map<string, Connection<Messages>>()
  #closed = false

  private constructor(connection: RouteConnection, options: ConnectionOptions, recorder: Recorder | undefined) {
    const route = () => connection as unknown as AnyConnection
    this.connection = connection
    this.link = bothWays(route, linkOperations)
    this.address = bothWays(route, addressOperations)
    this.route = bothWays(route, routeOperations)
    this.neighbour = bothWays(route, neighbourOperations)
    this.rule = bothWays(route, ruleOperations)
    this.nexthop = bothWays(route, nexthopOperations)
    this.qdisc = bothWays(route, qdiscOperations)
    this.#policy = bothWays(() => this.generic(nlctrl) as unknown as AnyConnection, policyOperations)
    this.#options = options
    this.#recorder = recorder
  }

  /** Opens it. @throws {SystemError} where socket or namespace cannot be had */
  static open(options: ConnectionOptions = {}): Netlink {
    const { netns, capture, socketFactory: given, ...rest } = validateConnectionOptions(options)
    const { socketFactory, recorder } = socketFactoryOf({ netns, capture, socketFactory: given })
    // Families of generic netlink come later, in the same namespace and to the same capture.
    const own = { ...rest, socketFactory }
    try {
      return new Netlink(Connection.open(own), own, recorder)
    } catch (error) {
      recorder?.close()
      throw error
    }
  }

  /**
   * A connection of a family of generic netlink, in the same namespace. It is opened when it is first asked for, and closed
   * with all else.
   * @throws {NetlinkError} `ENOENT` where the kernel has no such family
   */
  generic<M extends Messages>(family: GenericFamily<M>): Connection<M> {
    if (this.#closed) throw new TypeError('expected an open Netlink, got one that was closed')
    const known = this.#generic.get(family.name)
    const connection = known ?? (Connection.openGeneric(family, this.#options) as unknown as Connection<Messages>)
    this.#generic.set(family.name, connection)
    return connection as unknown as Connection<M>
  }

  /** What the running kernel takes with a command of a family of generic netlink. @throws {NetlinkError} `ENOENT` */
  policy<M extends Messages>(
    family: GenericFamily<M>,
    command: string & keyof M,
    options: WaitOptions = {},
  ): Promise<CommandPolicy> {
    return this.#policy.policy(family as unknown as GenericFamily, command, options)
  }

  policySync<M extends Messages>(
    family: GenericFamily<M>,
    command: string & keyof M,
    options: TimeoutOptions = {},
  ): CommandPolicy {
    return this.#policy.policySync(family as unknown as GenericFamily, command, options)
  }

  /**
   * Whether the running kernel takes an attribute with a command: `header.devName`. False also where it does not have the
   * family or the command; undefined where it does not say what it takes.
   */
  accepts<M extends Messages>(
    family: GenericFamily<M>,
    command: string & keyof M,
    attribute: string,
    options: WaitOptions = {},
  ): Promise<boolean | undefined> {
    return this.#policy.accepts(family as unknown as GenericFamily, command, attribute, options)
  }

  acceptsSync<M extends Messages>(
    family: GenericFamily<M>,
    command: string & keyof M,
    attribute: string,
    options: TimeoutOptions = {},
  ): boolean | undefined {
    return this.#policy.acceptsSync(family as unknown as GenericFamily, command, attribute, options)
  }

  /** Closes all its sockets; what is under way ends with `ECANCELED`. A second time does nothing. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const connection of this.#generic.values()) connection.close()
    this.connection.close()
    this.#recorder?.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
