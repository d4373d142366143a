import { type Column, cellText, memberAt, type Row } from './columns.js'
import { localEnd, remoteEnd } from './endpoints.js'
import { traffic } from './traffic.js'
import { xfrmColumns } from './xfrm.js'

const column = (title: string, path: string): Column => ({ title, path })
const link = (title: string, path: string): Column => ({ title, path, isLink: true })

/** An address with the length of its prefix. */
const prefix = (path: string, length: string) => (row: Row) => {
  const address = memberAt(row, path)
  return address === undefined ? '' : `${cellText(address)}/${cellText(memberAt(row, length))}`
}

/** The destination of a route, `default` if it has none. */
const destination = (row: Row) => prefix('dst', 'dstLen')(row) || 'default'

/** The next hop of a route, or its next hops. */
function gateways(row: Row): string {
  const hops = memberAt(row, 'multipath')
  const all = Array.isArray(hops) ? hops : [row]
  return all.map((hop) => cellText(memberAt(hop, 'gateway') ?? memberAt(hop, 'via.addr'))).join(' ')
}

const devices = (row: Row, linkName: (index: number) => string) => {
  const hops = memberAt(row, 'multipath')
  if (!Array.isArray(hops)) {
    const index = memberAt(row, 'oif')
    return typeof index === 'number' ? linkName(index) : ''
  }
  return hops.map((hop) => linkName(Number(memberAt(hop, 'ifindex')))).join(' ')
}

/** The table of a route or rule: its header has only numbers below 256. */
const tableOf = (row: Row) => cellText(memberAt(row, 'attrs.table') ?? row.table)

/** Actions of rules that `ip rule` names otherwise. */
const ruleActions: Readonly<Record<string, string>> = { to_tbl: 'lookup', unspec: '' }
const ruleAction = (row: Row) => {
  const action = cellText(row.action)
  return ruleActions[action] ?? action
}
/** Only rules that look up a table have one. */
const ruleTable = (row: Row) => (ruleAction(row) === 'lookup' ? tableOf(row) : '')

/** NETCONFA_IFINDEX_ALL and NETCONFA_IFINDEX_DEFAULT stand for all links, and for new ones. */
function netconfLink(row: Row, linkName: (index: number) => string): string {
  const index = memberAt(row, 'ifindex')
  return typeof index === 'number' ? linkName(index) : cellText(index).replace('netconfa_ifindex_', '')
}

const from = (row: Row) => prefix('src', 'srcLen')(row) || 'all'
const to = (row: Row) => prefix('dst', 'dstLen')(row)

/** The columns of tables of objects, by their names. Other objects have columns for their short members. */
export const columnsByKind: Readonly<Record<string, readonly Column[]>> = {
  links: [
    column('NAME', 'ifname'),
    column('INDEX', 'index'),
    column('STATE', 'operstate'),
    column('KIND', 'linkinfo.kind'),
    column('MTU', 'mtu'),
    link('MASTER', 'master'),
    column('ADDRESS', 'address'),
    column('FLAGS', 'flags'),
  ],
  addresses: [
    link('LINK', 'index'),
    {
      title: 'ADDRESS',
      path: 'address',
      text: (row) => prefix(memberAt(row, 'local') === undefined ? 'address' : 'local', 'prefixlen')(row),
    },
    column('SCOPE', 'scope'),
    { title: 'FLAGS', path: 'flags', text: (row) => cellText(memberAt(row, 'attrs.flags') ?? row.flags) },
    column('LABEL', 'label'),
  ],
  routes: [
    { title: 'DESTINATION', path: 'dst', text: destination },
    { title: 'VIA', path: 'gateway', text: gateways },
    { title: 'LINK', path: 'oif', text: devices },
    column('METRIC', 'priority'),
    { title: 'TABLE', path: 'table', text: tableOf },
    column('TYPE', 'type'),
    column('PROTOCOL', 'protocol'),
    column('SOURCE', 'prefsrc'),
  ],
  rules: [
    { title: 'PRIORITY', path: 'priority', text: (row) => cellText(memberAt(row, 'priority') ?? 0) },
    column('FAMILY', 'family'),
    { title: 'FROM', path: 'src', text: from },
    { title: 'TO', path: 'dst', text: to },
    column('IIF', 'iifname'),
    column('OIF', 'oifname'),
    { title: 'ACTION', path: 'action', text: ruleAction },
    { title: 'TABLE', path: 'table', text: ruleTable },
  ],
  nexthops: [
    column('ID', 'id'),
    column('VIA', 'gateway'),
    link('LINK', 'oif'),
    column('GROUP', 'group'),
    column('SCOPE', 'scope'),
    column('PROTOCOL', 'protocol'),
    column('FLAGS', 'flags'),
  ],
  neighbours: [
    column('ADDRESS', 'dst'),
    link('LINK', 'ifindex'),
    column('LLADDR', 'lladdr'),
    column('STATE', 'state'),
    column('FLAGS', 'flags'),
  ],
  fdb: [
    column('LLADDR', 'lladdr'),
    link('LINK', 'ifindex'),
    link('MASTER', 'master'),
    column('VLAN', 'vlan'),
    column('DST', 'dst'),
    column('STATE', 'state'),
    column('FLAGS', 'flags'),
  ],
  ...traffic,
  ...xfrmColumns,
  netconf: [
    column('FAMILY', 'family'),
    { title: 'LINK', path: 'ifindex', text: netconfLink },
    column('FORWARDING', 'forwarding'),
    column('MC_FORWARDING', 'mcForwarding'),
    column('RP_FILTER', 'rpFilter'),
    column('PROXY_NEIGH', 'proxyNeigh'),
  ],
  'address-labels': [
    { title: 'PREFIX', path: 'address', text: prefix('address', 'prefixlen') },
    link('LINK', 'index'),
    column('LABEL', 'label'),
  ],
  sockets: [
    column('FAMILY', 'family'),
    column('STATE', 'state'),
    { title: 'LOCAL', path: 'id.src', text: localEnd },
    { title: 'REMOTE', path: 'id.dst', text: remoteEnd },
    column('UID', 'uid'),
    { title: 'INODE', path: 'inode', text: (row) => cellText(memberAt(row, 'inode') ?? memberAt(row, 'ino')) },
  ],
  'generic-families': [
    column('NAME', 'familyName'),
    column('ID', 'familyId'),
    column('VERSION', 'version'),
    column('COMMANDS', 'ops.length'),
    column('GROUPS', 'mcastGroups.length'),
  ],
}
