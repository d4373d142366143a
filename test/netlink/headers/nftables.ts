import * as exported from '../../../packages/netlink/dist/netfilter/nftables/index.js'
import type { HeaderFamily } from '../../support/header-family.js'

// The numbers of messages are compared with those of nfnetlink.
const { nftables: _, ...declarations } = exported

export const headers: HeaderFamily = {
  name: 'nftables',
  headers: [
    'linux/netfilter/nf_tables.h',
    'linux/netfilter/nf_tables_compat.h',
    'linux/netfilter/nf_log.h',
    'linux/netfilter/nf_nat.h',
    'linux/netfilter/nf_synproxy.h',
  ],
  also: ['netinet/in.h', 'linux/netfilter.h'],
  declarations: [declarations],
  structs: [],
  except: {
    NF_LOG_PREFIXLEN: 'a size',
    NFT_OSF_MAXGENRELEN: 'a size',
    NFT_TABLE_F_MASK: 'all bits',
    NFT_CHAIN_FLAGS: 'all bits',
    NFT_DATA_RESERVED_MASK: 'kernel-internal',
    NFT_INNER_MASK: 'all bits',
    NFT_TUNNEL_F_MASK: 'all bits',
    NFT_FLOWTABLE_MASK: 'all bits',
    NFT_QUEUE_FLAG_MASK: 'all bits',
    NF_NAT_RANGE_PROTO_RANDOM_ALL: 'two bits',
    NF_NAT_RANGE_MASK: 'all bits',
    NF_SYNPROXY_OPT_MASK: 'all bits',
    'struct nf_nat_ipv4_range': 'used by an iptables target',
    'struct nf_nat_ipv4_multi_range_compat': 'used by an iptables target',
    'struct nf_nat_range': 'used by an iptables target',
    'struct nf_nat_range2': 'used by an iptables target',
    'struct nf_synproxy_info': 'used by an iptables target',
  },
}
