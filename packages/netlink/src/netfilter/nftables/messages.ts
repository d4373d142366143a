import type { Declaration } from '../../codec/index.js'
import { accepts, creates, gets, getsAndResets, NETLINK, protocol } from '../../message/index.js'
import { NFNL_SUBSYS, NFNLGRP, type NfnlBatchMessage, nfnlBatchMessage } from '../nfnetlink.js'
import { type NftChainMessage, type NftTableMessage, nftChainMessage, nftTableMessage } from './chain.js'
import { type NftFlowtableMessage, nftFlowtableMessage } from './flowtable.js'
import { type NftObjMessage, nftObjMessage } from './object.js'
import { type NftRuleMessage, nftRuleMessage } from './rule.js'
import { type NftSetElemMessage, type NftSetMessage, nftSetElemMessage, nftSetMessage } from './set.js'
import { type NftGenMessage, type NftTraceMessage, nftGenMessage, nftTraceMessage } from './trace.js'

// Named types: otherwise TypeScript writes each of them out in full in the protocol's type.
const flowtable: Declaration<NftFlowtableMessage> = nftFlowtableMessage
const gen: Declaration<NftGenMessage> = nftGenMessage
const obj: Declaration<NftObjMessage> = nftObjMessage
const rule: Declaration<NftRuleMessage> = nftRuleMessage
const set: Declaration<NftSetMessage> = nftSetMessage
const setElem: Declaration<NftSetElemMessage> = nftSetElemMessage
const table: Declaration<NftTableMessage> = nftTableMessage
const trace: Declaration<NftTraceMessage> = nftTraceMessage
const batch: Declaration<NfnlBatchMessage> = nfnlBatchMessage
const chain: Declaration<NftChainMessage> = nftChainMessage

const of = (message: number) => (NFNL_SUBSYS.NFTABLES << 8) | message

/** The messages around a transaction. */
export const batchMessages = {
  NFNL_MSG_BATCH_BEGIN: [16, batch],
  NFNL_MSG_BATCH_END: [17, batch],
} as const

/** The messages of nftables. */
export const nftablesMessages = {
  NFT_MSG_NEWTABLE: creates(of(0), table),
  NFT_MSG_GETTABLE: gets(of(1), table),
  NFT_MSG_DELTABLE: accepts(['nonrec'], of(2), table),
  NFT_MSG_NEWCHAIN: creates(of(3), chain),
  NFT_MSG_GETCHAIN: gets(of(4), chain),
  NFT_MSG_DELCHAIN: accepts(['nonrec'], of(5), chain),
  NFT_MSG_NEWRULE: creates(of(6), rule),
  NFT_MSG_GETRULE: gets(of(7), rule),
  NFT_MSG_DELRULE: [of(8), rule],
  NFT_MSG_NEWSET: creates(of(9), set),
  NFT_MSG_GETSET: gets(of(10), set),
  NFT_MSG_DELSET: accepts(['nonrec'], of(11), set),
  NFT_MSG_NEWSETELEM: creates(of(12), setElem),
  NFT_MSG_GETSETELEM: gets(of(13), setElem),
  NFT_MSG_DELSETELEM: [of(14), setElem],
  NFT_MSG_NEWGEN: [of(15), gen],
  NFT_MSG_GETGEN: gets(of(16), gen),
  NFT_MSG_TRACE: [of(17), trace],
  NFT_MSG_NEWOBJ: creates(of(18), obj),
  NFT_MSG_GETOBJ: gets(of(19), obj),
  NFT_MSG_DELOBJ: [of(20), obj],
  NFT_MSG_GETOBJ_RESET: getsAndResets(of(21), obj),
  NFT_MSG_NEWFLOWTABLE: creates(of(22), flowtable),
  NFT_MSG_GETFLOWTABLE: gets(of(23), flowtable),
  NFT_MSG_DELFLOWTABLE: [of(24), flowtable],
  NFT_MSG_GETRULE_RESET: getsAndResets(of(25), rule),
  NFT_MSG_DESTROYTABLE: accepts(['nonrec'], of(26), table),
  NFT_MSG_DESTROYCHAIN: accepts(['nonrec'], of(27), chain),
  NFT_MSG_DESTROYRULE: [of(28), rule],
  NFT_MSG_DESTROYSET: accepts(['nonrec'], of(29), set),
  NFT_MSG_DESTROYSETELEM: [of(30), setElem],
  NFT_MSG_DESTROYOBJ: [of(31), obj],
  NFT_MSG_DESTROYFLOWTABLE: [of(32), flowtable],
  NFT_MSG_GETSETELEM_RESET: getsAndResets(of(33), setElem),
} as const

const declared = protocol(
  'NETLINK_NETFILTER',
  NETLINK.NETFILTER,
  { ...batchMessages, ...nftablesMessages },
  { groups: NFNLGRP.values },
)

/** NETLINK_NETFILTER with the messages of nftables alone, for programs that need no others. Gets also request an ack: see `netfilter`. */
export const nftables: typeof declared = {
  ...declared,
  byName: (name) => ({ ...declared.byName(name), isAcked: true }),
}
