/** Fields that are not compared between the kernel and the mock, by message, with the reason. */
export const notCompared = {
  link: {
    afSpec: 'settings of IPv4 and IPv6: not modelled',
    allmulti: 'not modelled',
    carrierChanges: 'counter',
    carrierDownCount: 'counter',
    carrierUpCount: 'counter',
    devlinkPort: 'hardware',
    dpllPin: 'hardware',
    groIpv4MaxSize: 'depends on the driver',
    groMaxSize: 'depends on the driver',
    gsoIpv4MaxSize: 'depends on the driver',
    gsoMaxSegs: 'depends on the driver',
    gsoMaxSize: 'depends on the driver',
    headroom: 'depends on the driver',
    map: 'hardware',
    maxPacingOffloadHorizon: 'depends on the driver',
    netnsImmutable: 'missing in some kernels that the tests run on',
    numRxQueues: 'depends on the number of processors',
    numTxQueues: 'depends on the number of processors',
    promiscuity: 'a bridge makes its ports promiscuous; not modelled',
    protoDown: 'not modelled',
    stats: 'counter',
    stats64: 'counter',
    tailroom: 'depends on the driver',
    tsoMaxSegs: 'depends on the driver',
    tsoMaxSize: 'depends on the driver',
    xdp: 'not modelled',
  },
  data: {
    bcQueueLenUsed: 'zero while a macvlan is deleted',
    bridgeId: 'contains the address, after a while',
    fdbNLearned: 'counter',
    gcTimer: 'timer',
    helloTimer: 'timer',
    rootId: 'contains the address, after a while',
    tcnTimer: 'timer',
    topologyChange: 'for a while',
    topologyChangeDetected: 'for a while',
    topologyChangeTimer: 'timer',
  },
  address: { cacheinfo: 'timestamps; of its lifetime, whether something is left and whether it ends' },
  route: { cacheinfo: 'ages' },
  neighbour: { cacheinfo: 'ages', probes: 'counter' },
  rule: {},
  nexthop: { groupStats: 'counter', hwStatsUsed: 'hardware' },
  qdisc: { stats: 'counter', stats2: 'counter', xstats: 'counter' },
} as const satisfies Record<string, Record<string, string>>

type Message = {
  readonly family: number
  readonly change?: number
  readonly type: number
  readonly attrs: { readonly address?: string; readonly linkinfo?: { readonly kind?: string } }
}

const AF_BRIDGE = 7
const IFF_PROMISC = 0x100
const RTN_MULTICAST = 5

const systemQdiscs = ['mq', 'pfifo_fast', 'fq', 'fq_codel']

/** True if the qdisc is the system's default, which differs between systems. Only its presence is compared. */
export const isSystemQdisc = (qdisc: unknown) => systemQdiscs.includes(String(qdisc))

/**
 * True if a message is not compared at all.
 *
 * Three more things are not compared: the attributes of link kinds other than bridge and macvlan; the order of the notifications of one request, because work queues send some of them; and the order of
 * a neighbour dump, which is that of a hash table.
 */
export function isNotCompared(message: unknown): boolean {
  const { family, change, type, attrs } = message as Message
  // A bridge's view of its ports, and its forwarding database: not modelled.
  if (family === AF_BRIDGE) return true
  // Multicast neighbours depend on the packets that the kernel itself sends.
  if ('ifindex' in (message as object) && type === RTN_MULTICAST) return true
  // A bridge without a configured address has a random one until it gets a port.
  if (attrs.linkinfo?.kind === 'bridge' && !/^0[02]:00:00:00:00:0/.test(attrs.address ?? '')) return true
  // A port became promiscuous, or the features of a driver changed.
  return change === IFF_PROMISC || 'event' in attrs
}
