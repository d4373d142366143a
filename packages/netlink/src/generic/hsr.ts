import {
  attributes,
  type Declaration,
  type Infer,
  lladdr,
  milliseconds,
  multi,
  u16,
  u32,
  writtenAs,
} from '../codec/index.js'
import { named } from '../codec/named.js'
import { gets } from '../message/index.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'

/** HSR_A_*, linux/hsr_netlink.h */
export const hsrNodeAttrs = attributes('HSR_A', {
  nodeAddr: [1, multi(lladdr)],
  ifindex: [2, u32], // ifindex
  if1Age: [3, writtenAs(u32, milliseconds)],
  if2Age: [4, writtenAs(u32, milliseconds)],
  nodeAddrB: [5, lladdr],
  if1Seq: [6, u16],
  if2Seq: [7, u16],
  if1Ifindex: [8, u32], // ifindex
  if2Ifindex: [9, u32], // ifindex
  addrBIfindex: [10, u32], // ifindex
})
export interface HsrNodeAttrs extends Infer<typeof hsrNodeAttrs> {}

/** HSR_C_*, linux/hsr_netlink.h */
export const hsrMessage: Declaration<HsrMessage> = genericMessage('HSR', named<HsrNodeAttrs>(hsrNodeAttrs))
export interface HsrMessage extends GenericMessage<HsrNodeAttrs> {}

/** The family of HSR, linux/hsr_netlink.h: nodes of rings */
export const hsr = genericFamily('HSR', {
  version: 1,
  messages: {
    HSR_C_RING_ERROR: [1, hsrMessage],
    HSR_C_NODE_DOWN: [2, hsrMessage],
    HSR_C_GET_NODE_STATUS: gets(3, hsrMessage),
    HSR_C_SET_NODE_STATUS: [4, hsrMessage],
    HSR_C_GET_NODE_LIST: gets(5, hsrMessage),
    HSR_C_SET_NODE_LIST: [6, hsrMessage],
  },
})
