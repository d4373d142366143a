/** What is not compared between the kernel and its mock, of which message, and why. */
export const leftOut = {
  link: {
    afSpec: 'settings of IPv4 and IPv6, which the mock does not have',
    allmulti: 'not modelled',
    carrierChanges: 'counts',
    carrierDownCount: 'counts',
    carrierUpCount: 'counts',
    devlinkPort: 'hardware',
    dpllPin: 'hardware',
    groIpv4MaxSize: 'of the driver',
    groMaxSize: 'of the driver',
    gsoIpv4MaxSize: 'of the driver',
    gsoMaxSegs: 'of the driver',
    gsoMaxSize: 'of the driver',
    headroom: 'of the driver',
    map: 'hardware',
    maxPacingOffloadHorizon: 'of the driver',
    netnsImmutable: 'newer than other kernels that the tests run on',
    numRxQueues: 'goes by the number of processors',
    numTxQueues: 'goes by the number of processors',
    promiscuity: 'a bridge makes its ports promiscuous; not modelled',
    protoDown: 'not modelled',
    stats: 'counts',
    stats64: 'counts',
    tailroom: 'of the driver',
    tsoMaxSegs: 'of the driver',
    tsoMaxSize: 'of the driver',
    xdp: 'not modelled',
  },
  address: { cacheinfo: 'stamps' },
  route: { cacheinfo: 'ages' },
  neighbour: { cacheinfo: 'ages', probes: 'counts' },
  rule: {},
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

/** Which queueing discipline a link has where that is the system's to say, is not compared either, but that it has one. */
export const isSystemQdisc = (qdisc: unknown) => qdisc !== undefined && qdisc !== 'noop' && qdisc !== 'noqueue'

/**
 * Whether a message is not compared at all. Of links, kinds are compared, but not what is of the kind: the kernel tells all
 * of it, the mock what it was told. Nor is the order of what groups are told of one request: parts of it come from work
 * queues. Nor that of a dump of neighbours, which is a hash table's.
 */
export function isLeftOut(message: unknown): boolean {
  const { family, change, type, attrs } = message as Message
  // The bridge's own view of its ports, and its forwarding database: not modelled.
  if (family === AF_BRIDGE) return true
  // Neighbours that are groups come and go with what the kernel itself sends.
  if ('ifindex' in (message as object) && type === RTN_MULTICAST) return true
  // A bridge of which nobody has said the address: it is made up until it has ports.
  if (attrs.linkinfo?.kind === 'bridge' && !/^0[02]:00:00:00:00:0/.test(attrs.address ?? '')) return true
  // That a port became promiscuous, or that a driver's features changed.
  return change === IFF_PROMISC || 'event' in attrs
}
