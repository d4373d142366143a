import {
  attributes,
  bytes,
  bytesAs,
  flag,
  hexadecimal,
  type Infer,
  quotedText,
  u8,
  u16,
  u32,
  u64,
  writtenAs,
} from '../codec/index.js'
import { creates, gets } from '../message/index.js'
import { genericFamily, genericMessage } from './family.js'

/** IOAM6_ATTR_*, linux/ioam6_genl.h */
export const ioam6Attrs = attributes('IOAM6_ATTR', {
  nsId: [1, u16], // of a namespace
  nsData: [2, writtenAs(u32, hexadecimal)],
  nsDataWide: [3, writtenAs(u64, hexadecimal)],
  scId: [4, u32], // of a schema
  scData: [5, bytesAs(bytes, quotedText)],
  scNone: [6, flag],
  pad: [7, bytes],
})
export interface Ioam6Attrs extends Infer<typeof ioam6Attrs> {}

/** IOAM6_EVENT_ATTR_*, linux/ioam6_genl.h: a received trace */
export const ioam6EventAttrs = attributes('IOAM6_EVENT_ATTR', {
  traceNamespace: [1, u16],
  traceNodelen: [2, u8], // of a node, in words of four bytes
  traceType: [3, u32], // data that each node adds
  traceData: [4, bytes],
})
export interface Ioam6EventAttrs extends Infer<typeof ioam6EventAttrs> {}

// Annotated, because TypeScript would otherwise repeat the full type in the type of the family.
const ioam6Message = genericMessage<Ioam6Attrs>('ioam6', ioam6Attrs)
const ioam6Event = genericMessage<Ioam6EventAttrs>('ioam6 event', ioam6EventAttrs)

/** IOAM6_GENL_NAME, linux/ioam6_genl.h: namespaces and schemas of in-situ OAM. Events and commands share numbers. */
export const ioam6 = genericFamily('IOAM6', {
  version: 1,
  messages: {
    IOAM6_CMD_ADD_NAMESPACE: creates(1, ioam6Message),
    IOAM6_CMD_DEL_NAMESPACE: [2, ioam6Message],
    IOAM6_CMD_DUMP_NAMESPACES: gets(3, ioam6Message),
    IOAM6_CMD_ADD_SCHEMA: creates(4, ioam6Message),
    IOAM6_CMD_DEL_SCHEMA: [5, ioam6Message],
    IOAM6_CMD_DUMP_SCHEMAS: gets(6, ioam6Message),
    IOAM6_CMD_NS_SET_SCHEMA: [7, ioam6Message],
  },
  replies: {
    IOAM6_EVENT_TRACE: [1, ioam6Event],
    IOAM6_CMD_DUMP_NAMESPACES: gets(3, ioam6Message),
    IOAM6_CMD_DUMP_SCHEMAS: gets(6, ioam6Message),
  },
})
