import {
  AF,
  attributes,
  constants,
  type Declaration,
  enumOf,
  flag,
  type Infer,
  i32,
  ipv4,
  ipv6,
  u8,
  u16be,
} from '../codec/index.js'
import { IPPROTO } from '../constants/index.js'
import { creates, gets } from '../message/index.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'

/** FOU_ENCAP_*, linux/fou.h */
export const FOU_ENCAP = constants('FOU_ENCAP', {
  DIRECT: 1,
  GUE: 2,
})

/** FOU_ATTR_*, linux/fou.h */
export const fouAttrs = attributes('FOU_ATTR', {
  port: [1, u16be],
  af: [2, enumOf(u8, AF)],
  ipproto: [3, enumOf(u8, IPPROTO)], // of the packet inside
  type: [4, enumOf(u8, FOU_ENCAP)],
  remcsumNopartial: [5, flag],
  localV4: [6, ipv4],
  localV6: [7, ipv6],
  peerV4: [8, ipv4],
  peerV6: [9, ipv6],
  peerPort: [10, u16be],
  ifindex: [11, i32],
})
export interface FouAttrs extends Infer<typeof fouAttrs> {}

/** A message of the family. */
export interface FouMessage extends GenericMessage<FouAttrs> {}
const fouMessage: Declaration<FouMessage> = genericMessage<FouAttrs>('fou', fouAttrs)

/** FOU_GENL_NAME, linux/fou.h: ports that receive tunnels over UDP */
export const fou = genericFamily('fou', {
  version: 1,
  messages: {
    FOU_CMD_ADD: creates(1, fouMessage),
    FOU_CMD_DEL: [2, fouMessage],
    FOU_CMD_GET: gets(3, fouMessage),
  },
})
