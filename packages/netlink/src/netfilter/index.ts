import type { Declaration } from '../codec/index.js'
import { accepts, creates, gets, getsAndResets, NETLINK, protocol } from '../message/index.js'
import { type AcctMessage, acctMessage } from './acct.js'
import { conntrackMessages } from './conntrack-messages.js'
import { type CthelperMessage, cthelperMessage } from './cthelper.js'
import { type CtTimeoutMessage, ctTimeoutMessage } from './cttimeout.js'
import { type HookMessage, hookMessage } from './hook.js'
import {
  IPSET_ERR,
  type IpsetElementMessage,
  type IpsetSetMessage,
  ipsetElementMessage,
  ipsetSetMessage,
} from './ipset.js'
import { type NflogConfigMessage, type NflogPacketMessage, nflogConfigMessage, nflogPacketMessage } from './nflog.js'
import { NFNL_SUBSYS, NFNLGRP } from './nfnetlink.js'
import { type NfqueueConfigMessage, type NfqueueMessage, nfqueueConfigMessage, nfqueueMessage } from './nfqueue.js'
import { type NftCompatMessage, nftCompatMessage } from './nftables/compat.js'
import { batchMessages, nftablesMessages } from './nftables/messages.js'
import { type OsfMessage, osfMessage } from './osf.js'

// Named types: otherwise TypeScript writes each of them out in full in the protocol's type.
const acct: Declaration<AcctMessage> = acctMessage
const compat: Declaration<NftCompatMessage> = nftCompatMessage
const cthelper: Declaration<CthelperMessage> = cthelperMessage
const ctTimeout: Declaration<CtTimeoutMessage> = ctTimeoutMessage
const hook: Declaration<HookMessage> = hookMessage
const ipsetElement: Declaration<IpsetElementMessage> = ipsetElementMessage
const ipsetSet: Declaration<IpsetSetMessage> = ipsetSetMessage
const nflogConfig: Declaration<NflogConfigMessage> = nflogConfigMessage
const nflogPacket: Declaration<NflogPacketMessage> = nflogPacketMessage
const nfqueue: Declaration<NfqueueMessage> = nfqueueMessage
const nfqueueConfig: Declaration<NfqueueConfigMessage> = nfqueueConfigMessage
const osf: Declaration<OsfMessage> = osfMessage

/** Returns the type of a message: the subsystem in the upper byte, its own number in the lower one. */
const of = (subsystem: number, message: number) => (subsystem << 8) | message

const { QUEUE, ULOG, OSF, IPSET, ACCT } = NFNL_SUBSYS
const { CTNETLINK_TIMEOUT, CTHELPER, NFT_COMPAT, HOOK } = NFNL_SUBSYS

const declared = protocol(
  'NETLINK_NETFILTER',
  NETLINK.NETFILTER,
  {
    ...batchMessages,
    ...conntrackMessages,
    NFQNL_MSG_PACKET: [of(QUEUE, 0), nfqueue],
    NFQNL_MSG_VERDICT: [of(QUEUE, 1), nfqueue],
    NFQNL_MSG_CONFIG: [of(QUEUE, 2), nfqueueConfig],
    NFQNL_MSG_VERDICT_BATCH: [of(QUEUE, 3), nfqueue],
    NFULNL_MSG_PACKET: [of(ULOG, 0), nflogPacket],
    NFULNL_MSG_CONFIG: [of(ULOG, 1), nflogConfig],
    OSF_MSG_ADD: creates(of(OSF, 0), osf),
    OSF_MSG_REMOVE: [of(OSF, 1), osf],
    IPSET_CMD_NONE: [of(IPSET, 0), ipsetSet],
    IPSET_CMD_PROTOCOL: gets(of(IPSET, 1), ipsetSet),
    IPSET_CMD_CREATE: creates(of(IPSET, 2), ipsetSet),
    IPSET_CMD_DESTROY: accepts(['excl'], of(IPSET, 3), ipsetSet),
    IPSET_CMD_FLUSH: [of(IPSET, 4), ipsetSet],
    IPSET_CMD_RENAME: [of(IPSET, 5), ipsetSet],
    IPSET_CMD_SWAP: [of(IPSET, 6), ipsetSet],
    IPSET_CMD_LIST: gets(of(IPSET, 7), ipsetSet),
    IPSET_CMD_SAVE: gets(of(IPSET, 8), ipsetSet),
    IPSET_CMD_ADD: creates(of(IPSET, 9), ipsetElement),
    IPSET_CMD_DEL: accepts(['excl'], of(IPSET, 10), ipsetElement),
    IPSET_CMD_TEST: [of(IPSET, 11), ipsetElement],
    IPSET_CMD_HEADER: gets(of(IPSET, 12), ipsetSet),
    IPSET_CMD_TYPE: gets(of(IPSET, 13), ipsetSet),
    IPSET_CMD_GET_BYNAME: gets(of(IPSET, 14), ipsetSet),
    IPSET_CMD_GET_BYINDEX: gets(of(IPSET, 15), ipsetSet),
    NFNL_MSG_ACCT_NEW: creates(of(ACCT, 0), acct),
    NFNL_MSG_ACCT_GET: gets(of(ACCT, 1), acct),
    NFNL_MSG_ACCT_GET_CTRZERO: getsAndResets(of(ACCT, 2), acct),
    NFNL_MSG_ACCT_DEL: [of(ACCT, 3), acct],
    NFNL_MSG_ACCT_OVERQUOTA: [of(ACCT, 4), acct],
    IPCTNL_MSG_TIMEOUT_NEW: creates(of(CTNETLINK_TIMEOUT, 0), ctTimeout),
    IPCTNL_MSG_TIMEOUT_GET: gets(of(CTNETLINK_TIMEOUT, 1), ctTimeout),
    IPCTNL_MSG_TIMEOUT_DELETE: [of(CTNETLINK_TIMEOUT, 2), ctTimeout],
    IPCTNL_MSG_TIMEOUT_DEFAULT_SET: [of(CTNETLINK_TIMEOUT, 3), ctTimeout],
    IPCTNL_MSG_TIMEOUT_DEFAULT_GET: gets(of(CTNETLINK_TIMEOUT, 4), ctTimeout),
    NFNL_MSG_CTHELPER_NEW: creates(of(CTHELPER, 0), cthelper),
    NFNL_MSG_CTHELPER_GET: gets(of(CTHELPER, 1), cthelper),
    NFNL_MSG_CTHELPER_DEL: [of(CTHELPER, 2), cthelper],
    ...nftablesMessages,
    NFNL_MSG_COMPAT_GET: gets(of(NFT_COMPAT, 0), compat),
    NFNL_MSG_HOOK_GET: gets(of(HOOK, 0), hook),
  },
  // Only ipset sends errors above 4095, the largest errno.
  { groups: NFNLGRP.values, errors: IPSET_ERR },
)

/**
 * NETLINK_NETFILTER: connection tracking, nftables, packets in logs and queues, IP sets. linux/netfilter/nfnetlink.h.
 * Gets also request an ack: a single reply may have NLM_F_MULTI (`ctnetlink_stat_ct_fill_info`) without an NLMSG_DONE.
 */
export const netfilter: typeof declared = {
  ...declared,
  byName: (name) => ({ ...declared.byName(name), isAcked: true }),
}

export { IPCT } from '../constants/index.js'
export * from './acct.js'
export * from './conntrack.js'
export { ctnetlink } from './conntrack-messages.js'
export * from './conntrack-state.js'
export * from './conntrack-tuple.js'
export * from './cthelper.js'
export * from './cttimeout.js'
export * from './expectation.js'
export * from './hook.js'
export * from './ipset.js'
export * from './nflog.js'
export * from './nfnetlink.js'
export * from './nfqueue.js'
export * from './nftables/index.js'
export * from './osf.js'
export * from './priorities.js'
