import * as acct from '../../../packages/netlink/dist/netfilter/acct.js'
import * as hook from '../../../packages/netlink/dist/netfilter/hook.js'
import { ctnetlink, netfilter, nftables } from '../../../packages/netlink/dist/netfilter/index.js'
import * as nflog from '../../../packages/netlink/dist/netfilter/nflog.js'
import * as nfnetlink from '../../../packages/netlink/dist/netfilter/nfnetlink.js'
import * as nfqueue from '../../../packages/netlink/dist/netfilter/nfqueue.js'
import * as osf from '../../../packages/netlink/dist/netfilter/osf.js'
import * as priorities from '../../../packages/netlink/dist/netfilter/priorities.js'
import type { HeaderFamily } from '../../support/header-family.js'

/** The subsystem of a message, by the prefix of its name. */
const subsystems: readonly (readonly [prefix: string, subsystem: string])[] = [
  ['NFNL_MSG_ACCT_', 'ACCT'],
  ['NFNL_MSG_COMPAT_', 'NFT_COMPAT'],
  ['NFNL_MSG_CTHELPER_', 'CTHELPER'],
  ['NFNL_MSG_HOOK_', 'HOOK'],
  ['IPCTNL_MSG_CT_', 'CTNETLINK'],
  ['IPCTNL_MSG_EXP_', 'CTNETLINK_EXP'],
  ['IPCTNL_MSG_TIMEOUT_', 'CTNETLINK_TIMEOUT'],
  ['IPSET_CMD_', 'IPSET'],
  ['NFQNL_MSG_', 'QUEUE'],
  ['NFT_MSG_', 'NFTABLES'],
  ['NFULNL_MSG_', 'ULOG'],
  ['OSF_MSG_', 'OSF'],
]

function messageNumber(name: string): string {
  const [, subsystem] = subsystems.find(([prefix]) => name.startsWith(prefix)) ?? []
  return subsystem ? `((NFNL_SUBSYS_${subsystem} << 8) | ${name})` : name
}

export const headers: HeaderFamily = {
  name: 'nfnetlink',
  headers: [
    'linux/netfilter/nfnetlink.h',
    'linux/netfilter/nfnetlink_acct.h',
    'linux/netfilter/nfnetlink_hook.h',
    'linux/netfilter/nfnetlink_log.h',
    'linux/netfilter/nfnetlink_osf.h',
    'linux/netfilter/nfnetlink_queue.h',
  ],
  also: [
    'netinet/in.h',
    'linux/netlink.h',
    'linux/netfilter.h',
    'linux/netfilter_arp.h',
    'linux/netfilter_bridge.h',
    'linux/netfilter_ipv4.h',
    'linux/netfilter_ipv6.h',
    'linux/netfilter/ipset/ip_set.h',
    'linux/netfilter/nf_tables.h',
    'linux/netfilter/nf_tables_compat.h',
    'linux/netfilter/nfnetlink_conntrack.h',
    'linux/netfilter/nfnetlink_cthelper.h',
    'linux/netfilter/nfnetlink_cttimeout.h',
  ],
  declarations: [acct, hook, { ctnetlink, netfilter, nftables }, nflog, nfnetlink, nfqueue, osf, priorities],
  structs: [
    [nfnetlink.nfgenmsg, '', { members: { family: 'nfgen_family' } }],
    [nflog.nfulnlMsgPacketHdr, ''],
    [nflog.nfulnlMsgPacketHw, ''],
    [nflog.nfulnlMsgPacketTimestamp, ''],
    [nflog.nfulnlMsgConfigCmd, ''],
    [nflog.nfulnlMsgConfigMode, ''],
    [nfqueue.nfqnlMsgPacketHdr, ''],
    [nfqueue.nfqnlMsgPacketHw, ''],
    [nfqueue.nfqnlMsgPacketTimestamp, ''],
    [nfqueue.nfqnlMsgVerdictHdr, ''],
    [nfqueue.nfqnlMsgConfigCmd, ''],
    [nfqueue.nfqnlMsgConfigParams, ''],
    [osf.nfOsfWc, ''],
    [osf.nfOsfOpt, ''],
    [osf.nfOsfUserFinger, ''],
  ],
  messageNumber,
  except: {
    NFNETLINK_V0: 'a version',
    NF_OSF_GENRE: 'used by an iptables match',
    NF_OSF_LOG: 'used by an iptables match',
    NF_OSF_INVERT: 'used by an iptables match',
    NF_OSF_TTL: 'used by an iptables match',
    'NF_OSF_LOGLEVEL_*': 'used by an iptables match',
    NF_OSF_FLAGMASK: 'used by an iptables match',
    NF_ARP_NUMHOOKS: 'a count',
    NF_NETDEV_NUMHOOKS: 'a count',
    NFPROTO_NUMPROTO: 'a count',
    IPSET_MSG_MAX: 'a count',
    IPSET_CMD_HELP: 'internal to the ipset program',
    IPSET_CMD_VERSION: 'internal to the ipset program',
    IPSET_CMD_QUIT: 'internal to the ipset program',
    NFQA_CFG_F_MAX: 'the last bit plus one',
    'struct nf_osf_info': 'used by an iptables match',
    'struct nf_osf_nlmsg': 'sent by kernels before 3.13',
  },
}
