import {
  attributes,
  bytes,
  constants,
  enumOf,
  type Infer,
  i32,
  ipv6,
  nestedBytes,
  secret,
  u8,
  u32,
} from '../codec/index.js'
import { gets } from '../message/index.js'
import { genericFamily, genericMessage } from './family.js'

/** SEG6_HMAC_ALGO_*, linux/seg6_hmac.h */
export const SEG6_HMAC_ALGO = constants('SEG6_HMAC_ALGO', { SHA1: 1, SHA256: 2 })

/** SEG6_ATTR_*, linux/seg6_genl.h */
export const seg6Attrs = attributes('SEG6_ATTR', {
  dst: [1, ipv6], // source address of tunnels
  dstlen: [2, i32], // ignored
  hmackeyid: [3, u32],
  secret: [4, secret(bytes)],
  secretlen: [5, u8],
  algid: [6, enumOf(u8, SEG6_HMAC_ALGO)],
  hmacinfo: [7, nestedBytes], // ignored
})
export interface Seg6Attrs extends Infer<typeof seg6Attrs> {}

// Annotated, because TypeScript would otherwise repeat the full type in the type of the family.
const seg6Message = genericMessage<Seg6Attrs>('seg6', seg6Attrs)

/** SEG6_GENL_NAME, linux/seg6_genl.h: source address and keys of segment routing */
export const seg6 = genericFamily('SEG6', {
  version: 1,
  messages: {
    SEG6_CMD_SETHMAC: [1, seg6Message],
    SEG6_CMD_DUMPHMAC: gets(2, seg6Message),
    SEG6_CMD_SET_TUNSRC: [3, seg6Message],
    SEG6_CMD_GET_TUNSRC: gets(4, seg6Message),
  },
})
