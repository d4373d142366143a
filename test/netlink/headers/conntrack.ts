import * as events from '../../../packages/netlink/dist/constants/conntrack.js'
import * as conntrack from '../../../packages/netlink/dist/netfilter/conntrack.js'
import * as state from '../../../packages/netlink/dist/netfilter/conntrack-state.js'
import * as tuple from '../../../packages/netlink/dist/netfilter/conntrack-tuple.js'
import * as cthelper from '../../../packages/netlink/dist/netfilter/cthelper.js'
import * as cttimeout from '../../../packages/netlink/dist/netfilter/cttimeout.js'
import * as expectation from '../../../packages/netlink/dist/netfilter/expectation.js'
import type { HeaderFamily } from '../../support/header-family.js'

export const headers: HeaderFamily = {
  name: 'conntrack',
  headers: [
    'linux/netfilter/nfnetlink_conntrack.h',
    'linux/netfilter/nf_conntrack_common.h',
    'linux/netfilter/nf_conntrack_tuple_common.h',
    'linux/netfilter/nf_conntrack_tcp.h',
    'linux/netfilter/nf_conntrack_sctp.h',
    'linux/netfilter/nfnetlink_cthelper.h',
    'linux/netfilter/nfnetlink_cttimeout.h',
  ],
  also: ['netinet/in.h'],
  declarations: [conntrack, cthelper, cttimeout, events, expectation, state, tuple],
  structs: [[conntrack.nfCtTcpFlags, '']],
  unnamed: [state.CT_DCCP, state.CT_DCCP_ROLE].map((each) => [each, 'kernels since 6.16 have no DCCP']),
  except: {
    ...Object.fromEntries(Object.keys(state.IPS).map((name) => [`IPS_${name}_BIT`, 'bit number of a flag'])),
    IPS_NAT_MASK: 'several bits',
    IPS_NAT_DONE_MASK: 'several bits',
    IPS_UNCHANGEABLE_MASK: 'several bits',
    TCP_CONNTRACK_MAX: 'a count',
    CTA_NAT_SEQ_CORRECTION_POS: 'the old name of CTA_SEQADJ_*',
  },
}
