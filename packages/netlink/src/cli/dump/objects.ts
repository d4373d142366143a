import { AF, ArgumentError, type Declaration } from '../../codec/index.js'
import { Connection } from '../../connection/connection.js'
import type { ConnectionOptions } from '../../connection/options.js'
import { sockDiagReply } from '../../diag/index.js'
import * as declared from '../../generic/families.js'
import type { GenericFamily } from '../../generic/index.js'
import type { Column } from '../../inspect/table/columns.js'
import { columnsByKind } from '../../inspect/table/kinds.js'
import type { Messages, NumberedProtocol, RequestOf } from '../../message/index.js'
import { NETLINK, traitsOf } from '../../message/index.js'
import { netfilter } from '../../netfilter/index.js'
import { type QdiscMessage, rtnetlink } from '../../route/index.js'
import { xfrm } from '../../xfrm/index.js'
import { unknown } from '../parse.js'
import { listSockets } from './sockets.js'
import { wholeMessage } from './whole.js'

type Route = Connection<typeof rtnetlink.messages>

/** A kind of objects that can be dumped. */
export interface Dumped {
  /** NETLINK_* */
  readonly protocol: number
  /** Name of the family of generic netlink. */
  readonly family?: string
  readonly declaration: Declaration<unknown>
  /** Columns of its table. Default: those of short members. */
  readonly columns?: readonly Column[] | undefined
  /** Returns the messages with the objects. */
  list(options: ConnectionOptions): readonly Buffer[]
}

/** The dumps of rtnetlink. */
type Get = {
  [N in keyof typeof rtnetlink.messages]: N extends `RTM_GET${string}` ? N : never
}[keyof typeof rtnetlink.messages]

/** Returns the messages that answer a dump. */
const whole = <N extends Get>(netlink: Route, name: N, filter?: RequestOf<typeof rtnetlink.messages, N>): Buffer[] =>
  netlink.dumpSync(name, filter, {}, wholeMessage)

/** Declares objects of rtnetlink. */
const route = (message: keyof typeof rtnetlink.messages, list: (netlink: Route) => readonly Buffer[]): Dumped => ({
  protocol: NETLINK.ROUTE,
  declaration: rtnetlink.messages[message][1],
  list(options) {
    const netlink = Connection.open(options)
    try {
      return list(netlink)
    } finally {
      netlink.close()
    }
  },
})

const BRIDGE = { family: AF.BRIDGE }

const classes = (netlink: Route) =>
  netlink.dumpSync('RTM_GETLINK').flatMap(({ index }) => whole(netlink, 'RTM_GETTCLASS', { ifindex: index }))

/** TC_H_MIN_INGRESS and TC_H_MIN_EGRESS, linux/pkt_sched.h: parents of the filters of clsact. */
const CLSACT_PARENTS = [0xfffffff2, 0xfffffff3]

const parentsOf = ({ handle, attrs }: QdiscMessage) => (attrs.kind === 'clsact' ? CLSACT_PARENTS : [handle])

const filters = (netlink: Route) =>
  netlink
    .dumpSync('RTM_GETQDISC')
    .flatMap((qdisc) => parentsOf(qdisc).map((parent) => ({ ifindex: qdisc.ifindex, parent })))
    .flatMap((place) => whole(netlink, 'RTM_GETTFILTER', place))

/** Declares objects of another protocol, which a request of this name dumps. */
const other = <M extends Messages>(
  protocol: NumberedProtocol<M>,
  name: string & keyof M,
  request: object = {},
): Dumped => {
  const row = protocol.messages[name]
  const [, declaration, reply = declaration] = row ?? [0, undefined]
  if (reply === undefined) throw new ArgumentError(`expected a message of ${protocol.name}, got '${name}'`)
  return {
    protocol: protocol.number,
    declaration: reply,
    list(options) {
      const netlink = Connection.openProtocol(protocol, options)
      try {
        return netlink.dumpSync(name, request as never, {}, wholeMessage)
      } finally {
        netlink.close()
      }
    },
  }
}

/** Declares objects of a family of generic netlink, which a command dumps. */
const ofFamily = (family: GenericFamily, command: string, request: object = {}): Dumped => {
  const number = family.messages[command]?.[0] ?? 0
  const reply = family.byCommand(number, true, { bytes: Buffer.of(number), start: 0, end: 1 })
  if (reply === undefined) throw new ArgumentError(`expected a command of ${family.name}, got '${command}'`)
  return {
    protocol: NETLINK.GENERIC,
    family: family.name,
    declaration: reply.declaration,
    list(options) {
      const netlink = Connection.openGeneric(family, options)
      try {
        return netlink.dumpSync(command, { attrs: {}, ...request } as never, {}, wholeMessage)
      } finally {
        netlink.close()
      }
    },
  }
}

/** The declared families of generic netlink, by name. */
const families: ReadonlyMap<string, GenericFamily> = new Map(Object.values(declared).map((each) => [each.name, each]))

/** Returns the objects of `generic:FAMILY:COMMAND`. @throws {UsageError} */
function genericObjects(operand: string): Dumped {
  const [, name = '', command = ''] = operand.split(':')
  const family = families.get(name)
  if (family === undefined) throw unknown('family of generic netlink', name, [...families.keys()])
  const commands = Object.entries(family.messages).flatMap(([each, row]) => (traitsOf(row).isGet ? [each] : []))
  if (!commands.includes(command)) throw unknown(`command of ${name} that reads`, command, commands)
  return ofFamily(family, command)
}

const kinds: Readonly<Record<string, Dumped>> = {
  links: route('RTM_NEWLINK', (netlink) => whole(netlink, 'RTM_GETLINK')),
  addresses: route('RTM_NEWADDR', (netlink) => whole(netlink, 'RTM_GETADDR')),
  routes: route('RTM_NEWROUTE', (netlink) => whole(netlink, 'RTM_GETROUTE')),
  rules: route('RTM_NEWRULE', (netlink) => whole(netlink, 'RTM_GETRULE')),
  nexthops: route('RTM_NEWNEXTHOP', (netlink) => whole(netlink, 'RTM_GETNEXTHOP')),
  neighbours: route('RTM_NEWNEIGH', (netlink) => whole(netlink, 'RTM_GETNEIGH')),
  'neighbour-tables': route('RTM_NEWNEIGHTBL', (netlink) => whole(netlink, 'RTM_GETNEIGHTBL')),
  'address-labels': route('RTM_NEWADDRLABEL', (netlink) => whole(netlink, 'RTM_GETADDRLABEL', { family: AF.INET6 })),
  netconf: route('RTM_NEWNETCONF', (netlink) => whole(netlink, 'RTM_GETNETCONF')),
  nsids: route('RTM_NEWNSID', (netlink) => whole(netlink, 'RTM_GETNSID')),
  qdiscs: route('RTM_NEWQDISC', (netlink) => whole(netlink, 'RTM_GETQDISC')),
  classes: route('RTM_NEWTCLASS', classes),
  filters: route('RTM_NEWTFILTER', filters),
  fdb: route('RTM_NEWNEIGH', (netlink) => whole(netlink, 'RTM_GETNEIGH', BRIDGE)),
  mdb: route('RTM_NEWMDB', (netlink) => whole(netlink, 'RTM_GETMDB', BRIDGE)),
  vlans: route('RTM_NEWVLAN', (netlink) => whole(netlink, 'RTM_GETVLAN', BRIDGE)),
  sockets: { protocol: NETLINK.SOCK_DIAG, declaration: sockDiagReply, list: listSockets },
  'multicast-addresses': route('RTM_NEWADDR', (netlink) => whole(netlink, 'RTM_GETMULTICAST')),
  'anycast-addresses': route('RTM_NEWADDR', (netlink) => whole(netlink, 'RTM_GETANYCAST', { family: AF.INET6 })),
  tunnels: route('RTM_NEWTUNNEL', (netlink) => whole(netlink, 'RTM_GETTUNNEL', BRIDGE)),
  conntrack: other(netfilter, 'IPCTNL_MSG_CT_GET'),
  expectations: other(netfilter, 'IPCTNL_MSG_EXP_GET'),
  'nft-tables': other(netfilter, 'NFT_MSG_GETTABLE'),
  'nft-chains': other(netfilter, 'NFT_MSG_GETCHAIN'),
  'nft-rules': other(netfilter, 'NFT_MSG_GETRULE'),
  'nft-sets': other(netfilter, 'NFT_MSG_GETSET'),
  'nft-objects': other(netfilter, 'NFT_MSG_GETOBJ'),
  'nft-flowtables': other(netfilter, 'NFT_MSG_GETFLOWTABLE'),
  'xfrm-states': other(xfrm, 'XFRM_MSG_GETSA'),
  'xfrm-policies': other(xfrm, 'XFRM_MSG_GETPOLICY'),
  'generic-families': ofFamily(declared.nlctrl, 'CTRL_CMD_GETFAMILY'),
}

/** The names of the objects that can be dumped. */
export const objectNames: readonly string[] = [...Object.keys(kinds), 'generic:FAMILY:COMMAND']

/** The words of ip, bridge and tc for objects. */
const aliases: Readonly<Record<string, string>> = {
  link: 'links',
  addr: 'addresses',
  address: 'addresses',
  route: 'routes',
  rule: 'rules',
  nexthop: 'nexthops',
  neigh: 'neighbours',
  neighbour: 'neighbours',
  neighbor: 'neighbours',
  ntable: 'neighbour-tables',
  addrlabel: 'address-labels',
  maddress: 'multicast-addresses',
  qdisc: 'qdiscs',
  class: 'classes',
  filter: 'filters',
  vlan: 'vlans',
}

/** Returns the objects with this name. @throws {UsageError} if there are none */
export function objectsOf(operand: string): Dumped {
  if (operand.startsWith('generic:')) return genericObjects(operand)
  const name = (Object.hasOwn(aliases, operand) ? aliases[operand] : undefined) ?? operand
  const found = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (found === undefined) throw unknown('kind of objects', operand, objectNames)
  return { ...found, columns: columnsByKind[name] }
}
