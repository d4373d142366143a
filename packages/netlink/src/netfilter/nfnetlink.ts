import { attributes, constants, enumBy, enumOf, type Infer, message, struct, u8, u16be, u32be } from '../codec/index.js'

/** NFNL_SUBSYS_*, linux/netfilter/nfnetlink.h: the upper byte of a message's number */
export const NFNL_SUBSYS = constants('NFNL_SUBSYS', {
  NONE: 0,
  CTNETLINK: 1,
  CTNETLINK_EXP: 2,
  QUEUE: 3,
  ULOG: 4,
  OSF: 5,
  IPSET: 6,
  ACCT: 7,
  CTNETLINK_TIMEOUT: 8,
  CTHELPER: 9,
  NFTABLES: 10,
  NFT_COMPAT: 11,
  HOOK: 12,
  COUNT: 13,
})

/** NFNLGRP_*, linux/netfilter/nfnetlink.h: multicast groups */
export const NFNLGRP = constants('NFNLGRP', {
  NONE: 0,
  CONNTRACK_NEW: 1,
  CONNTRACK_UPDATE: 2,
  CONNTRACK_DESTROY: 3,
  CONNTRACK_EXP_NEW: 4,
  CONNTRACK_EXP_UPDATE: 5,
  CONNTRACK_EXP_DESTROY: 6,
  NFTABLES: 7,
  ACCT_QUOTA: 8,
  NFTRACE: 9,
})

/** NFPROTO_*, linux/netfilter.h: `family` of {@link nfgenmsg}. IPV4 and IPV6 equal AF_INET and AF_INET6. */
export const NFPROTO = constants('NFPROTO', {
  UNSPEC: 0,
  INET: 1,
  IPV4: 2,
  ARP: 3,
  NETDEV: 5,
  BRIDGE: 7,
  IPV6: 10,
  DECNET: 12,
})

/** NF_*, linux/netfilter.h: verdicts. The upper half is the queue's number with NF_QUEUE, and an errno with NF_DROP. */
export const NF = constants('NF', {
  DROP: 0,
  ACCEPT: 1,
  STOLEN: 2,
  QUEUE: 3,
  REPEAT: 4,
  STOP: 5,
})

/** NF_VERDICT_*, linux/netfilter.h: the parts of a verdict */
export const NF_VERDICT = constants('NF_VERDICT', {
  MASK: 0xff, // of NF_*
  FLAG_QUEUE_BYPASS: 0x8000,
  QMASK: 0xffff0000,
  QBITS: 16,
  BITS: 16,
})

/** NF_INET_*, linux/netfilter.h: hooks of the IP families and of inet */
export const NF_INET = constants('NF_INET', {
  PRE_ROUTING: 0,
  LOCAL_IN: 1,
  FORWARD: 2,
  LOCAL_OUT: 3,
  POST_ROUTING: 4,
  INGRESS: 5,
})

/** NF_NETDEV_*, linux/netfilter.h: hooks of the netdev family */
export const NF_NETDEV = constants('NF_NETDEV', {
  INGRESS: 0,
  EGRESS: 1,
})

/** NF_ARP_*, linux/netfilter_arp.h: hooks of the arp family */
export const NF_ARP = constants('NF_ARP', {
  IN: 0,
  OUT: 1,
  FORWARD: 2,
})

/** A hook, whose names depend on the `family` of the header. */
export const hooknum = enumBy('family', enumOf(u32be, NF_INET), {
  [NFPROTO.ARP]: NF_ARP,
  [NFPROTO.NETDEV]: NF_NETDEV,
})

/** `struct nfgenmsg`, linux/netfilter/nfnetlink.h */
export const nfgenmsg = struct('nfgenmsg', {
  family: enumOf(u8, NFPROTO),
  version: u8, // NFNETLINK_V0
  resId: u16be, // the meaning depends on the message: a queue, a group, a CPU, the subsystem of a batch
})

/** NFNL_BATCH_*, linux/netfilter/nfnetlink.h */
export const nfnlBatchAttrs = attributes('NFNL_BATCH', {
  genid: [1, u32be], // refuse the batch (ERESTART) if the generation is another one
})

/** NFNL_MSG_BATCH_BEGIN, NFNL_MSG_BATCH_END. `resId` is the subsystem: NFNL_SUBSYS_NFTABLES. */
export const nfnlBatchMessage = message(
  'netfilter batch',
  struct('nfgenmsg', { ...nfgenmsg.members, resId: enumOf(u16be, NFNL_SUBSYS) }),
  nfnlBatchAttrs,
)
export interface NfnlBatchMessage extends Infer<typeof nfnlBatchMessage> {}
