import type { Declaration } from '../../codec/index.js'
import { accepts, creates, gets } from '../../message/index.js'
import { type ActionMessage, actionMessage } from './action-message.js'
import {
  type QdiscMessage,
  qdiscMessage,
  type TclassMessage,
  type TfilterMessage,
  tclassMessage,
  tfilterMessage,
} from './message.js'

// Annotated, because TypeScript would otherwise repeat the full type of each message in the type of the protocol.
const qdisc: Declaration<QdiscMessage> = qdiscMessage
const tclass: Declaration<TclassMessage> = tclassMessage
const tfilter: Declaration<TfilterMessage> = tfilterMessage
const action: Declaration<ActionMessage> = actionMessage

/** Messages for traffic control, a part of NETLINK_ROUTE. linux/rtnetlink.h */
export const tcMessages = {
  RTM_NEWQDISC: creates(36, qdisc),
  RTM_DELQDISC: [37, qdisc],
  RTM_GETQDISC: gets(38, qdisc),
  RTM_NEWTCLASS: creates(40, tclass),
  RTM_DELTCLASS: [41, tclass],
  RTM_GETTCLASS: gets(42, tclass),
  RTM_NEWTFILTER: creates(44, tfilter),
  RTM_DELTFILTER: [45, tfilter],
  RTM_GETTFILTER: gets(46, tfilter),
  RTM_NEWACTION: creates(48, action),
  RTM_DELACTION: accepts(['root'], 49, action),
  RTM_GETACTION: gets(50, action),
  RTM_NEWCHAIN: creates(100, tfilter),
  RTM_DELCHAIN: [101, tfilter],
  RTM_GETCHAIN: gets(102, tfilter),
} as const

export * from './action/index.js'
export * from './action-message.js'
export * from './constants.js'
export * from './filter/index.js'
export { handleText, u32Handle, u32HandleText } from './handle.js'
export * from './message.js'
export * from './qdisc/index.js'
export * from './stats.js'
