import { type ActionOperations, actionOperations } from './api/action/operations.js'
import { type AddressOperations, addressOperations } from './api/address/operations.js'
import { type BridgeOperations, bridgeOperations } from './api/bridge/operations.js'
import { type ChainOperations, chainOperations } from './api/chain/operations.js'
import { type ClassOperations, classOperations } from './api/class/operations.js'
import type { ConntrackOperations } from './api/conntrack/operations.js'
import type { DevlinkOperations } from './api/devlink/operations.js'
import type { EthtoolOperations } from './api/ethtool/operations.js'
import { type FilterOperations, filterOperations } from './api/filter/operations.js'
import type { FouOperations } from './api/fou/operations.js'
import type { GtpOperations } from './api/gtp/operations.js'
import { type ImpairmentOperations, impairmentOperations } from './api/impairment/operations.js'
import type { IpSetOperations } from './api/ipset/operations.js'
import type { L2tpOperations } from './api/l2tp/operations.js'
import { type LinkOperations, linkOperations } from './api/link/operations.js'
import type { MptcpOperations } from './api/mptcp/operations.js'
import { type NeighbourOperations, neighbourOperations } from './api/neighbour/operations.js'
import { type NexthopOperations, nexthopOperations } from './api/nexthop/operations.js'
import type { NftOperations } from './api/nft/operations.js'
import type { Nl80211Operations } from './api/nl80211/operations.js'
import { type NsidOperations, nsidOperations } from './api/nsid/operations.js'
import { accepts, checkFamily, policy } from './api/policy/operations.js'
import type { CommandPolicy } from './api/policy/types.js'
import type { ProcessOperations } from './api/processes/operations.js'
import { type QdiscOperations, qdiscOperations } from './api/qdisc/operations.js'
import { type RateLimitOperations, rateLimitOperations } from './api/rate-limit/operations.js'
import type { RdmaOperations } from './api/rdma/operations.js'
import { type RouteOperations, routeOperations } from './api/route/operations.js'
import { type RuleOperations, ruleOperations } from './api/rule/operations.js'
import { OpenedConnections } from './api/run/connections.js'
import { type Domains, LoadedDomains } from './api/run/domains.js'
import { Runner } from './api/run/runner.js'
import type { SocketOperations } from './api/sockets/operations.js'
import type { TeamOperations } from './api/team/operations.js'
import { describeFamily } from './api/values/describe.js'
import { checkRecord } from './api/values/objects.js'
import type { VdpaOperations } from './api/vdpa/operations.js'
import { NetlinkCache } from './api/watch/cache.js'
import type { WatchOptions } from './api/watch/types.js'
import { Watch } from './api/watch/watch.js'
import type { WireguardOperations } from './api/wireguard/operations.js'
import type { XfrmOperations } from './api/xfrm/operations.js'
import { type CacheOptions, type CommonKind, type ObjectKind, validateCacheOptions } from './cache/index.js'
import type { Recorder } from './capture/recorder.js'
import { ArgumentError } from './codec/error.js'
import { ownOnly } from './codec/own.js'
import { atCaller, calledBy } from './connection/caller.js'
import { Connection, type RouteGroup } from './connection/connection.js'
import {
  type ConnectionOptions,
  type TimeoutOptions,
  validateConnectionOptions,
  validateTimeoutOptions,
  validateWaitOptions,
  type WaitOptions,
} from './connection/options.js'
import { socketFactoryOf } from './connection/recorded.js'
import { cancelled } from './connection/socket-driver.js'
import { nlctrl } from './generic/control.js'
import type { GenericFamily } from './generic/family.js'
import type { Messages } from './message/index.js'
import { plan, planSync } from './plan/apply.js'
import type { PlanContext } from './plan/plan.js'
import type { Desired, Plan } from './plan/types.js'
import type { rtnetlink } from './route/index.js'

type RouteConnection = Connection<typeof rtnetlink.messages, RouteGroup>

/** Size of the kernel's buffer for unread notifications. */
type CacheBuffer = Pick<CacheOptions, 'receiveBuffer'>

/** Returns the checked options of a cache. @throws {TypeError} */
function cacheOptions(kinds: readonly ObjectKind[] | undefined, options: CacheBuffer) {
  if (typeof options !== 'object' || options === null) return validateCacheOptions(options)
  if (Object.hasOwn(options, 'kinds'))
    throw new ArgumentError("expected the options receiveBuffer, got 'kinds', which is the first argument")
  return validateCacheOptions({ ...options, kinds })
}

/**
 * Links, addresses, routes, neighbours, rules, next hops, qdiscs and classes of one network namespace, as plain objects. Each operation
 * has two forms: `await nl.link.list()` does not block the thread, `nl.link.listSync()` does.
 *
 * ```ts
 * using nl = Netlink.open({ netns: 'blue' })
 * await nl.link.add({ name: 'br0', kind: 'bridge', data: { vlanFiltering: true }, up: true })
 * await nl.address.ensure({ address: '10.0.0.1/24', dev: 'br0' })
 * ```
 */
export class Netlink implements Disposable {
  /** The underlying connection: requests with raw messages, batches and monitors. */
  readonly connection: RouteConnection
  readonly link: LinkOperations
  readonly address: AddressOperations
  readonly route: RouteOperations
  /** Neighbours (ARP and NDP tables), and the forwarding databases of bridges and vxlans. */
  readonly neighbour: NeighbourOperations
  /** Rules that select routing tables. */
  readonly rule: RuleOperations
  /** Next hop objects, which routes can share. */
  readonly nexthop: NexthopOperations
  /** Tables of bridges and vxlans: VLANs, VNIs, multicast groups. */
  readonly bridge: BridgeOperations
  /** Queueing disciplines. */
  readonly qdisc: QdiscOperations
  /** Classes of queueing disciplines. */
  readonly class: ClassOperations
  /** Filters that select classes and actions for packets. */
  readonly filter: FilterOperations
  /** Chains of filters. */
  readonly chain: ChainOperations
  /** Actions that filters share. */
  readonly action: ActionOperations
  /** Limits of the rate of links, in both directions. */
  readonly rateLimit: RateLimitOperations
  /** Delay, loss and rate of the packets to a destination. */
  readonly impairment: ImpairmentOperations
  /** Ids of other network namespaces in this one. */
  readonly nsid: NsidOperations
  readonly #recorder: Recorder | undefined
  /** Connections of other protocols than rtnetlink. */
  readonly #others: OpenedConnections
  readonly #domains: LoadedDomains
  /** Requests to the controller of generic netlink. */
  readonly #control = new Runner(() => this.generic(nlctrl), 'family', describeFamily)
  /** The connection and its namespace, for plans. */
  readonly #planning: Omit<PlanContext, 'state'>
  #closed = false

  private constructor(connection: RouteConnection, options: ConnectionOptions, recorder: Recorder | undefined) {
    this.connection = connection
    this.link = linkOperations(connection)
    this.address = addressOperations(connection)
    this.route = routeOperations(connection)
    this.neighbour = neighbourOperations(connection)
    this.rule = ruleOperations(connection)
    this.nexthop = nexthopOperations(connection)
    this.bridge = bridgeOperations(connection)
    this.qdisc = qdiscOperations(connection)
    this.class = classOperations(connection)
    this.filter = filterOperations(connection)
    this.chain = chainOperations(connection)
    this.action = actionOperations(connection)
    this.rateLimit = rateLimitOperations(connection)
    this.impairment = impairmentOperations(connection)
    this.nsid = nsidOperations(connection)
    this.#others = new OpenedConnections(options)
    this.#domains = new LoadedDomains(this.#others)
    this.#recorder = recorder
    this.#planning = { connection, openNetns: options.socketFactory?.openNetns }
  }

  /** Opens a connection to the kernel. @throws {SystemError} if the socket or the namespace is not available */
  static open(options: ConnectionOptions = {}): Netlink {
    return calledBy(Netlink.open, () => Netlink.#open(validateConnectionOptions(options)))
  }

  static #open({ netns, capture, socketFactory: given, ...rest }: ConnectionOptions): Netlink {
    const { socketFactory, recorder } = socketFactoryOf({ netns, capture, socketFactory: given })
    // Connections of generic families are opened later, in the same namespace and with the same capture file.
    const own = { ...rest, socketFactory }
    try {
      return new Netlink(Connection.open(own), own, recorder)
    } catch (error) {
      recorder?.close()
      throw error
    }
  }

  /**
   * Returns the connection of a generic netlink family, in the same namespace. It is opened on the first call, and closed with
   * this object.
   * @throws {NetlinkError} `ENOENT` if the kernel does not have the family
   */
  generic<M extends Messages>(family: GenericFamily<M>): Connection<M> {
    return calledBy(this.generic, () => this.#others.generic(checkFamily(family)))
  }

  #domain<K extends keyof Domains>(name: K): Domains[K] {
    this.#others.checkOpen()
    return this.#domains.get(name)
  }

  /** Tracked connections: lists, changes, events, expectations and statistics. */
  get conntrack(): ConntrackOperations {
    return this.#domain('conntrack')
  }

  /** IP sets: addresses, networks and ports that rules look up. Its connection is opened on the first use. */
  get ipset(): IpSetOperations {
    return this.#domain('ipset')
  }

  /**
   * nftables: tables, chains, rules, sets, and transactions that change them. Its connection is opened on the first use. The parts of rules are in `@netloom/netlink/nft`.
   */
  get nft(): NftOperations {
    return this.#domain('nft')
  }

  /** Sockets of the network namespace, like `ss`: TCP, UDP, unix, packet, netlink and others, with filters that the kernel runs. */
  get sockets(): SocketOperations {
    return this.#domain('sockets')
  }

  /** WireGuard: keys, settings and peers of links. */
  get wireguard(): WireguardOperations {
    return this.#domain('wireguard')
  }

  /** Settings and statistics of network devices, like `ethtool`: speed, features, rings, queues, coalescing. */
  get ethtool(): EthtoolOperations {
    return this.#domain('ethtool')
  }

  /** IPsec: states (security associations) and policies. */
  get xfrm(): XfrmOperations {
    return this.#domain('xfrm')
  }

  /** Devices of drivers with their ports, parameters, resources and health, like `devlink`. */
  get devlink(): DevlinkOperations {
    return this.#domain('devlink')
  }

  /** Endpoints, limits and events of Multipath TCP. Its connection is opened on the first use. */
  get mptcp(): MptcpOperations {
    return this.#domain('mptcp')
  }

  /** Tunnels and sessions of L2TP, like `ip l2tp`. */
  get l2tp(): L2tpOperations {
    return this.#domain('l2tp')
  }

  /** UDP ports that receive tunnels, like `ip fou`. */
  get fou(): FouOperations {
    return this.#domain('fou')
  }

  /** Tunnels of GTP devices, like `gtp-tunnel`. */
  get gtp(): GtpOperations {
    return this.#domain('gtp')
  }

  /** Teams of links: modes, options and ports, like `teamnl`. */
  get team(): TeamOperations {
    return this.#domain('team')
  }

  /** Wireless devices with their channels, interfaces, stations and scans, like `iw`. */
  get nl80211(): Nl80211Operations {
    return this.#domain('nl80211')
  }

  /** Events of the processes of the machine. Its connection is opened on the first use. See docs/processes.md. */
  get processes(): ProcessOperations {
    return this.#domain('processes')
  }

  /** Devices of InfiniBand, RoCE and iWARP, like `rdma`. Its connection is opened on the first use. */
  get rdma(): RdmaOperations {
    return this.#domain('rdma')
  }

  /** Devices of vDPA, like `vdpa`. */
  get vdpa(): VdpaOperations {
    return this.#domain('vdpa')
  }

  /**
   * Requests the attributes that the running kernel accepts with a command of a generic netlink family, like
   * `genl ctrl policy`. Both forms are undefined if the kernel does not report its policy.
   * @throws {NetlinkError} `ENOENT` if the kernel does not have the family
   */
  async policy<M extends Messages>(
    family: GenericFamily<M>,
    command: string & keyof M,
    options?: WaitOptions,
  ): Promise<CommandPolicy> {
    try {
      return await this.#control.run(policy, [family, command], options)
    } catch (error) {
      throw atCaller(error, this.policy)
    }
  }

  /** Requests the attributes that the running kernel accepts with a command: {@link Netlink.policy}, blocking the thread. */
  policySync<M extends Messages>(
    family: GenericFamily<M>,
    command: string & keyof M,
    options?: TimeoutOptions,
  ): CommandPolicy {
    return calledBy(this.policySync, () => this.#control.runSync(policy, [family, command], options))
  }

  /**
   * Finds out if the running kernel accepts an attribute with a command: `header.devName`. False also if it does not have the
   * family or the command; undefined if it does not report its policy.
   */
  async accepts<M extends Messages>(
    family: GenericFamily<M>,
    command: string & keyof M,
    attribute: string,
    options?: WaitOptions,
  ): Promise<boolean | undefined> {
    try {
      return await this.#control.run(accepts, [family, command, attribute], options)
    } catch (error) {
      throw atCaller(error, this.accepts)
    }
  }

  /** Finds out if the running kernel accepts an attribute with a command: {@link Netlink.accepts}, blocking the thread. */
  acceptsSync<M extends Messages>(
    family: GenericFamily<M>,
    command: string & keyof M,
    attribute: string,
    options?: TimeoutOptions,
  ): boolean | undefined {
    return calledBy(this.acceptsSync, () => this.#control.runSync(accepts, [family, command, attribute], options))
  }

  /**
   * Plans the steps from the present state to a desired one. Reads only, and only objects of the kinds that are named. See
   * docs/declared-state.md.
   *
   * ```ts
   * const plan = await nl.plan({ links: [{ name: 'eth1', mtu: 9000 }], routes: [{ dst: '10.9.0.0/16', via: '10.0.0.9' }] })
   * console.log(String(plan))
   * await plan.apply()
   * ```
   * @throws {TypeError} for mistakes in the desired state, all at once. What cannot be reached is in `plan.conflicts`.
   */
  async plan(desired: Desired, options?: WaitOptions): Promise<Plan> {
    try {
      return await plan(this.#planning, desired, options && validateWaitOptions(options))
    } catch (error) {
      throw atCaller(error, this.plan)
    }
  }

  /** Plans the steps to a desired state, blocking the thread: {@link Netlink.plan}. */
  planSync(desired: Desired, options?: TimeoutOptions): Plan {
    return calledBy(this.planSync, () => planSync(this.#planning, desired, options && validateTimeoutOptions(options)))
  }

  /**
   * Returns the changes of these kinds of objects, for `for await`. It runs a cache of these kinds, which ends with the loop.
   *
   * ```ts
   * for await (const event of nl.watch(['link', 'address'])) {
   *   if (event.type === 'changed') console.log(event.kind, event.changes)
   * }
   * ```
   * @throws {TypeError} for a wrong kind or option. Other errors are those of the loop.
   */
  watch<K extends ObjectKind>(kinds: readonly K[], options: WatchOptions & CacheBuffer = {}): Watch<K> {
    return calledBy(this.watch, () => {
      checkRecord('options', options as unknown)
      const { receiveBuffer, ...rest } = ownOnly(options)
      const cache = NetlinkCache.start<K>(this.connection, cacheOptions(kinds, { receiveBuffer }))
      const close = () => void cache.then((each) => each.close()).catch(() => {})
      try {
        return new Watch(cache, rest, close)
      } catch (error) {
        close()
        throw error
      }
    })
  }

  /**
   * Starts a cache of these kinds of objects, by default of {@link CommonKind}. Resolves when it contains them. The caller closes it.
   * @throws the errors of {@link Connection.dump}
   */
  async cache<K extends ObjectKind = CommonKind>(
    kinds?: readonly K[],
    options: CacheBuffer = {},
  ): Promise<NetlinkCache<K>> {
    const wasClosed = this.#closed
    try {
      return await NetlinkCache.start<K>(this.connection, cacheOptions(kinds, options))
    } catch (error) {
      throw atCaller(this.#closed && !wasClosed ? cancelled() : error, this.cache)
    }
  }

  /** Closes all sockets. Operations in flight fail with `ECANCELED`. Further calls do nothing. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#others.close()
    this.connection.close()
    this.#recorder?.close()
  }

  /** Closes all sockets: see {@link Netlink.close}. */
  [Symbol.dispose](): void {
    this.close()
  }
}
