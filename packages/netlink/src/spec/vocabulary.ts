import * as codec from '../codec/index.js'
import { genericFamily, genericMessage } from '../generic/family.js'
import { gets, protocol } from '../message/index.js'

const {
  bitfield32,
  bytes,
  flag,
  i16,
  i16be,
  i16le,
  i32,
  i32be,
  i32le,
  i64,
  i64be,
  i64le,
  i8,
  ipAddress,
  ipv4,
  ipv6,
  lladdr,
} = codec
const {
  macaddr,
  nestedBytes,
  sint,
  string,
  u16,
  u16be,
  u16le,
  u32,
  u32be,
  u32le,
  u64,
  u64be,
  u64le,
  u8,
  uint,
  hexadecimal,
} = codec

/** Declarations that a spec can name. */
export const values = {
  ...{ bitfield32, bytes, flag, hexadecimal, ipAddress, ipv4, ipv6, lladdr, macaddr, nestedBytes, string },
  ...{ i8, i16, i16be, i16le, i32, i32be, i32le, i64, i64be, i64le, sint },
  ...{ u8, u16, u16be, u16le, u32, u32be, u32le, u64, u64be, u64le, uint },
}

const { array, attributes, bitfield32Of, bitsOf, charArray, constants, enumOf, fixedBytes, flagsOf, indexed, late } =
  codec
const { message, multi, pad, select, selectOuter, struct, writtenAs } = codec

/** Functions that build declarations from others. */
export const functions = {
  ...{
    array,
    attributes,
    bitfield32Of,
    bitsOf,
    charArray,
    constants,
    enumOf,
    fixedBytes,
    flagsOf,
    indexed,
    late,
    message,
  },
  ...{ multi, pad, select, selectOuter, struct, writtenAs },
  ...{ genericFamily, genericMessage, gets, protocol },
}
