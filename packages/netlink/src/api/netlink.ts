import { Connection, type RouteGroup } from '../connection/connection.js'
import type { ConnectionOptions } from '../connection/options.js'
import type { rtnetlink } from '../route/index.js'
import { addressOperations } from './address-operations.js'
import { linkOperations } from './link-operations.js'
import { neighbourOperations } from './neighbour.js'
import { nexthopOperations } from './nexthop.js'
import { type AnyConnection, type BothWays, bothWays } from './operation.js'
import { qdiscOperations } from './qdisc.js'
import { routeOperations } from './route-operations.js'
import { ruleOperations } from './rule.js'

type Route = Connection<typeof rtnetlink.messages, RouteGroup>

/** Operations on one kind of object. */
export type LinkApi = BothWays<typeof linkOperations>
export type NeighbourApi = BothWays<typeof neighbourOperations>
export type RuleApi = BothWays<typeof ruleOperations>
export type NexthopApi = BothWays<typeof nexthopOperations>
export type QdiscApi = BothWays<typeof qdiscOperations>
export type RouteApi = BothWays<typeof routeOperations>
export type AddressApi = BothWays<typeof addressOperations>

/**
 * Links, addresses, routes and the rest, as people speak of them. Each operation is there twice: `await nl.link.list()`
 * lets others run meanwhile, `nl.link.listSync()` does not.
 */
export class Netlink implements Disposable {
  /** What all of it goes by: messages as they are on the wire, monitors, batches. */
  readonly connection: Route
  readonly link: LinkApi
  readonly address: AddressApi
  readonly route: RouteApi
  readonly qdisc: QdiscApi
  readonly nexthop: NexthopApi
  readonly rule: RuleApi
  readonly neighbour: NeighbourApi

  private constructor(options: ConnectionOptions) {
    const connection = Connection.open(options)
    const route = () => connection as unknown as AnyConnection
    this.connection = connection
    this.link = bothWays(route, linkOperations)
    this.address = bothWays(route, addressOperations)
    this.route = bothWays(route, routeOperations)
    this.qdisc = bothWays(route, qdiscOperations)
    this.nexthop = bothWays(route, nexthopOperations)
    this.rule = bothWays(route, ruleOperations)
    this.neighbour = bothWays(route, neighbourOperations)
  }

  /** Opens it. @throws {SystemError} where socket or namespace cannot be had */
  static open(options: ConnectionOptions = {}): Netlink {
    return new Netlink(options)
  }

  close(): void {
    this.connection.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
