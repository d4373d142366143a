import * as ipset from '../../../packages/netlink/dist/netfilter/ipset.js'
import type { HeaderFamily } from '../../support/header-family.js'

export const headers: HeaderFamily = {
  name: 'ip sets',
  headers: ['', '_bitmap', '_hash', '_list'].map((part) => `linux/netfilter/ipset/ip_set${part}.h`),
  declarations: [ipset],
  structs: [],
  except: {
    IPSET_PROTOCOL: 'a version',
    IPSET_MAXNAMELEN: 'a size',
    IPSET_INVALID_ID: 'means no set',
    SO_IP_SET: 'an option of setsockopt(2)',
    'IP_SET_OP_*': 'an option of setsockopt(2)',
    ...Object.fromEntries(
      [...Object.keys(ipset.IPSET_FLAG), ...Object.keys(ipset.IPSET_FLAG_CADT)].map((name) => [
        `IPSET_FLAG_BIT_${name}`,
        'bit number of a flag',
      ]),
    ),
    IPSET_FLAG_CMD_MAX: 'a count',
    IPSET_FLAG_CADT_MAX: 'a count',
    IPSET_ATTR_CADT_MAX: 'a count',
    IPSET_CREATE_FLAG_FORCEADD: 'kernel-internal',
    IPSET_ADD: 'kernel-internal',
    IPSET_DIM_ONE: 'used by the iptables match',
    IPSET_INV_MATCH: 'used by the iptables match',
    IPSET_COUNTER_NONE: 'used by the iptables match',
    'struct ip_set_counter_match0': 'used by the iptables match',
    'struct ip_set_counter_match': 'used by the iptables match',
    'struct ip_set_req_get_set': 'used by a socket option',
    'struct ip_set_req_get_set_family': 'used by a socket option',
    'struct ip_set_req_version': 'used by a socket option',
  },
}
