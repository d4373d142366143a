import { own } from '../../codec/own.js'

/** Describes an object in an error message, in the words of `ip`. Accepts any argument of an operation on this kind of object. */
export type Describe = (argument: unknown) => string

/** Returns the text of an option; a link may be given as an object. */
function textOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return value === undefined ? undefined : String(value)
  const link = own(value, 'name') ?? own(value, 'altName') ?? own(value, 'index')
  return link === undefined ? undefined : String(link)
}

/** Returns a description: the value of the first given key without its name, then each other key with its value. */
const words =
  (first: readonly string[], others: readonly string[] = []): Describe =>
  (argument) => {
    if (typeof argument !== 'object' || argument === null) return textOf(argument) ?? ''
    const subject = first.find((key) => textOf(own(argument, key)) !== undefined)
    const text = subject === undefined ? [] : [textOf(own(argument, subject))]
    for (const key of others) {
      const value = key === subject ? undefined : textOf(own(argument, key))
      // The kernel's defaults, in objects that were read.
      if (value !== undefined && value !== 'default' && !(key === 'table' && value === 'main'))
        text.push(`${key} ${value}`)
    }
    return text.join(' ')
  }

/** Describes a link: `eth0`. */
export const describeLink = words(['name', 'altName', 'index'])

/** Describes an address: `10.0.0.1/24 dev eth0`. */
export const describeAddress = words(['address'], ['peer', 'dev'])

/** Describes a route: `10.9.0.0/16 via 10.0.0.254 dev eth0 table 7`. */
export const describeRoute = words(['dst'], ['from', 'via', 'dev', 'nexthop', 'table', 'metric'])

/** Describes a neighbour, `10.0.0.2 dev eth0`, or an FDB entry, `02:00:00:00:00:07 dev port1 vlan 7`. */
export const describeNeighbour = (argument: unknown) =>
  typeof argument === 'object' && argument !== null && own(argument, 'family') === 'bridge'
    ? words(['lladdr'], ['dst', 'dev', 'vlan', 'vni', 'master'])(argument)
    : words(['dst'], ['lladdr', 'dev'])(argument)

/** Describes a rule: `priority 100 from 10.0.0.0/8 table 7`. */
export const describeRule = words([], ['priority', 'from', 'to', 'iif', 'oif', 'fwmark', 'goto', 'table'])

/** Describes a next hop: `id 7 via 10.0.0.9 dev eth0`. */
export const describeNexthop = words([], ['id', 'via', 'dev'])

/** Describes a qdisc: `htb dev eth0 parent root handle 1:`. */
export const describeQdisc = words(['kind'], ['dev', 'parent', 'handle'])

/** Describes a class: `1:10 dev eth0 parent 1:1 kind htb`. */
export const describeClass = words(['handle'], ['dev', 'parent', 'kind'])

/** Describes a filter: `u32 dev eth0 parent 1: priority 10`. */
export const describeFilter = words(['kind'], ['dev', 'block', 'parent', 'protocol', 'priority', 'chain', 'handle'])

/** Describes a chain of filters: `chain 5 dev eth0 parent ingress`. */
export const describeChain = words([], ['chain', 'dev', 'block', 'parent'])

/** Describes an action: `mirred index 7`. */
export const describeAction = words(['kind'], ['index'])

/** Describes VLANs of a port or bridge: `vid 5 vidEnd 9 dev eth1`. */
export const describeBridgeVlan = words([], ['vid', 'vidEnd', 'dev'])

/** Describes VNIs of a vxlan: `vni 5 vniEnd 9 dev vx0`. */
export const describeBridgeVni = words([], ['vni', 'vniEnd', 'dev'])

/** Describes an entry of a multicast database: `239.1.1.1 source 10.0.0.1 vid 5 dev eth1`. */
export const describeBridgeMdb = words(['group'], ['source', 'vid', 'dst', 'dev'])

/** Describes an endpoint of MPTCP: `10.0.0.1 id 7`. */
export const describeMptcpEndpoint = words(['address'], ['id', 'port', 'dev'])

/** Describes a tunnel of L2TP: `7`. */
export const describeL2tpTunnel = words(['id'])

/** Describes a session of L2TP: `1 tunnelId 7`. */
export const describeL2tpSession = words(['id'], ['tunnelId'])

/** Describes a port that receives tunnels over UDP: `5555 local 10.0.0.1`. */
export const describeFouPort = words(['port'], ['family', 'local', 'peer', 'peerPort', 'dev'])

/** Describes a tunnel of GTP: `10.0.0.1 dev gtp0`. */
export const describeGtpTunnel = words([], ['subscriber', 'tid', 'inTeid', 'dev'])

/** Describes a device of RDMA: `rxe0`. */
export const describeRdmaDevice = words(['name'], ['index', 'type', 'dev'])

/** Describes a device of vDPA: `foo`. */
export const describeVdpaDevice = words(['name'], ['manager'])

/** Describes a generic netlink family: `ethtool`. */
export const describeFamily = words(['name'])

/** Describes a network namespace: `blue`. */
export const describeNetns = words(['name', 'path', 'pid'])

/** Describes what a link has once, or for each destination: `10.0.0.7 dev eth0`. */
export const describeOnLink = words(['to'], ['dev'])
