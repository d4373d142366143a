import { AF, type Declaration } from '../codec/index.js'
import { Connection } from '../connection/connection.js'
import type { ConnectionOptions } from '../connection/options.js'
import { sockDiagReply } from '../diag/index.js'
import { nlctrl } from '../generic/index.js'
import { type QdiscMessage, rtnetlink } from '../route/index.js'
import { listSockets } from './dump-sockets.js'

type Route = Connection<typeof rtnetlink.messages>

/** A kind of objects that can be dumped. */
export interface Dumped {
  readonly declaration: Declaration<unknown>
  list(options: ConnectionOptions): readonly unknown[]
}

/** Declares objects of rtnetlink. */
const route = (message: keyof typeof rtnetlink.messages, list: (netlink: Route) => readonly unknown[]): Dumped => ({
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
  netlink.dumpSync('RTM_GETLINK').flatMap(({ index }) => netlink.dumpSync('RTM_GETTCLASS', { ifindex: index }))

/** TC_H_MIN_INGRESS and TC_H_MIN_EGRESS, linux/pkt_sched.h: parents of the filters of clsact. */
const CLSACT_PARENTS = [0xfffffff2, 0xfffffff3]

const parentsOf = ({ handle, attrs }: QdiscMessage) => (attrs.kind === 'clsact' ? CLSACT_PARENTS : [handle])

const filters = (netlink: Route) =>
  netlink
    .dumpSync('RTM_GETQDISC')
    .flatMap((qdisc) => parentsOf(qdisc).map((parent) => ({ ifindex: qdisc.ifindex, parent })))
    .flatMap((place) => netlink.dumpSync('RTM_GETTFILTER', place))

const genericFamilies: Dumped = {
  declaration: nlctrl.messages.CTRL_CMD_NEWFAMILY[1],
  list(options) {
    const netlink = Connection.openGeneric(nlctrl, options)
    try {
      return netlink.dumpSync('CTRL_CMD_GETFAMILY')
    } finally {
      netlink.close()
    }
  },
}

/** The objects that can be dumped, by name. */
export const objects: Readonly<Record<string, Dumped>> = {
  links: route('RTM_NEWLINK', (netlink) => netlink.dumpSync('RTM_GETLINK')),
  addresses: route('RTM_NEWADDR', (netlink) => netlink.dumpSync('RTM_GETADDR')),
  routes: route('RTM_NEWROUTE', (netlink) => netlink.dumpSync('RTM_GETROUTE')),
  rules: route('RTM_NEWRULE', (netlink) => netlink.dumpSync('RTM_GETRULE')),
  nexthops: route('RTM_NEWNEXTHOP', (netlink) => netlink.dumpSync('RTM_GETNEXTHOP')),
  neighbours: route('RTM_NEWNEIGH', (netlink) => netlink.dumpSync('RTM_GETNEIGH')),
  'neighbour-tables': route('RTM_NEWNEIGHTBL', (netlink) => netlink.dumpSync('RTM_GETNEIGHTBL')),
  'address-labels': route('RTM_NEWADDRLABEL', (netlink) => netlink.dumpSync('RTM_GETADDRLABEL', { family: AF.INET6 })),
  netconf: route('RTM_NEWNETCONF', (netlink) => netlink.dumpSync('RTM_GETNETCONF')),
  nsids: route('RTM_NEWNSID', (netlink) => netlink.dumpSync('RTM_GETNSID')),
  qdiscs: route('RTM_NEWQDISC', (netlink) => netlink.dumpSync('RTM_GETQDISC')),
  classes: route('RTM_NEWTCLASS', classes),
  filters: route('RTM_NEWTFILTER', filters),
  fdb: route('RTM_NEWNEIGH', (netlink) => netlink.dumpSync('RTM_GETNEIGH', BRIDGE)),
  mdb: route('RTM_NEWMDB', (netlink) => netlink.dumpSync('RTM_GETMDB', BRIDGE)),
  vlans: route('RTM_NEWVLAN', (netlink) => netlink.dumpSync('RTM_GETVLAN', BRIDGE)),
  sockets: { declaration: sockDiagReply, list: listSockets },
  'generic-families': genericFamilies,
}
