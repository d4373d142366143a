import type { Notation } from '../../codec/index.js'

/** The types of nft, which the kernel stores and returns unread: `enum datatypes`, include/datatype.h of nftables */
const types: readonly string[] = [
  ...['invalid', 'verdict', 'nf_proto', 'bitmask', 'integer', 'string', 'll_addr', 'ipv4_addr', 'ipv6_addr'],
  ...['ether_addr', 'ether_type', 'arp_op', 'inet_proto', 'inet_service', 'icmp_type', 'tcp_flag', 'dccp_pkttype'],
  ...['mh_type', 'time', 'mark', 'iface_index', 'iface_type', 'realm', 'classid', 'uid', 'gid', 'ct_state', 'ct_dir'],
  ...['ct_status', 'icmpv6_type', 'ct_label', 'pkt_type', 'icmp_code', 'icmpv6_code', 'icmpx_code', 'devgroup'],
  ...['dscp', 'ecn', 'fib_addrtype', 'boolean', 'ct_event', 'ifname', 'igmp_type', 'date', 'hour', 'day', 'cgroupsv2'],
]

/** Bits of one type in the number of a concatenation. */
const BITS = 6

/** Returns a type as nft names it: `ipv4_addr.inet_service` for a concatenation. */
export const nftTypeText: Notation = (value) => {
  const names: (string | undefined)[] = []
  for (let rest = Number(value); rest !== 0; rest = Math.floor(rest / 2 ** BITS)) names.unshift(types[rest % 2 ** BITS])
  return names.length === 0 || names.includes(undefined) ? undefined : names.join('.')
}
