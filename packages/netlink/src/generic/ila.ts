import { attributes, bytes, enumOf, type Infer, i32, u8, u32, u64be } from '../codec/index.js'
import { ILA_ATYPE, ILA_CSUM, ILA_DIR, ILA_HOOK } from '../constants/index.js'
import { creates, gets } from '../message/index.js'
import { genericFamily, genericMessage } from './family.js'

/** ILA_ATTR_*, linux/ila.h. Locators and identifiers are the halves of an IPv6 address. */
export const ilaNlAttrs = attributes('ILA_ATTR', {
  locator: [1, u64be],
  identifier: [2, u64be],
  locatorMatch: [3, u64be],
  ifindex: [4, i32],
  dir: [5, enumOf(u32, ILA_DIR)],
  pad: [6, bytes],
  csumMode: [7, enumOf(u8, ILA_CSUM)],
  identType: [8, enumOf(u8, ILA_ATYPE)],
  hookType: [9, enumOf(u8, ILA_HOOK)],
})
export interface IlaNlAttrs extends Infer<typeof ilaNlAttrs> {}

// Annotated, because TypeScript would otherwise repeat the full type in the type of the family.
const ilaMessage = genericMessage<IlaNlAttrs>('ila', ilaNlAttrs)

/** ILA_GENL_NAME, linux/ila.h: mappings of identifier-locator addressing */
export const ila = genericFamily('ila', {
  version: 1,
  messages: {
    ILA_CMD_ADD: creates(1, ilaMessage),
    ILA_CMD_DEL: [2, ilaMessage],
    ILA_CMD_GET: gets(3, ilaMessage),
    ILA_CMD_FLUSH: [4, ilaMessage],
  },
})
