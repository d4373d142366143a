import { cellText, type LinkName, memberAt, type Row } from './columns.js'

/** The ends of sockets, as cells. */

/** Joins an address and a port. Addresses of IPv6 are in brackets, as in a URL. */
function addressAndPort(address: unknown, port: unknown): string {
  const text = cellText(address)
  return `${text.includes(':') ? `[${text}]` : text}:${cellText(port)}`
}

const isFamily = (row: Row, family: string) => cellText(row.family) === family

/** The multicast group to which a socket of netlink sends, if it does. */
const groupOf = (row: Row) => (row.dstGroup === 0 ? '' : ` group ${cellText(row.dstGroup)}`)

/** The local end: address and port, protocol and port id of netlink, name of a unix socket, link and protocol of a packet socket. */
export function localEnd(row: Row, linkName: LinkName): string {
  if (isFamily(row, 'netlink')) return `${cellText(row.protocol).replace(/^netlink_/, '')}:${cellText(row.portid)}`
  if (isFamily(row, 'vsock')) return addressAndPort(row.srcCid, row.srcPort)
  if (isFamily(row, 'packet'))
    return `${linkOf(memberAt(row, 'info.index'), linkName)}:${cellText(row.num).replace(/^eth_p_/, '')}`
  if (isFamily(row, 'xdp'))
    return `${linkOf(memberAt(row, 'info.ifindex'), linkName)}:${cellText(memberAt(row, 'info.queueId'))}`
  const address = memberAt(row, 'id.src')
  return address === undefined ? cellText(memberAt(row, 'name')) : addressAndPort(address, memberAt(row, 'id.sport'))
}

/** The remote end. That of a socket of netlink is a port id, 0 for the kernel. */
export function remoteEnd(row: Row): string {
  if (isFamily(row, 'netlink')) return `${row.dstPortid === 0 ? 'kernel' : cellText(row.dstPortid)}${groupOf(row)}`
  if (isFamily(row, 'vsock')) return addressAndPort(row.dstCid, row.dstPort)
  const address = memberAt(row, 'id.dst')
  return address === undefined ? '' : addressAndPort(address, memberAt(row, 'id.dport'))
}

/** Index 0 stands for all links. */
const linkOf = (index: unknown, linkName: LinkName): string =>
  typeof index === 'number' && index !== 0 ? linkName(index) : '*'
