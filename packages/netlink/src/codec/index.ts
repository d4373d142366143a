export { formatAddress, ipAddress, ipv4, ipv6, lladdr, macaddr, parseAddress } from './address.js'
export { type ArrayOptions, array, repeat } from './array.js'
export {
  type AttributeRow,
  type Cases,
  type Late,
  late,
  type Multi,
  multi,
  netByteOrder,
  type Select,
  type SelectOuter,
  select,
  selectOuter,
  type Table,
} from './attribute-table.js'
export { type AttributeSet, type Attributes, attributes, numbersOf, type Unknown } from './attributes.js'
export { bitfield32, bitfield32Of } from './bitfield32.js'
export { type Alternative, type Choice, type Chooser, choice } from './choice.js'
export {
  type ByteOrder,
  type Codec,
  type CompileOptions,
  compile,
  type Declaration,
  type DeclarationKind,
  hostOrder,
  type Infer,
  type Located,
  type Scope,
} from './codec.js'
export { decode, encode } from './convert.js'
export { type DescribeOptions, describe } from './describe.js'
export {
  bitmapOf,
  bytesAs,
  type Enum,
  enumBy,
  enumOf,
  type Flags,
  type FlagsIn,
  flagsOf,
  type WordsIn,
  withParts,
  writtenAs,
} from './enum.js'
export { ArgumentError, DecodeError, EncodeError, show } from './error.js'
export { AF, addressesOfFamily } from './family.js'
export type { Fixed, FixedCodec, Layout, Members } from './fixed.js'
export { type Followed, followed } from './followed.js'
export { IFNAMSIZ, isInterfaceName } from './ifname.js'
export { toJson } from './json.js'
export { type DeclarationOfKind, type Opaque, type OpaquePart, ofKind } from './kinds.js'
export { type Lazy, lazy } from './lazy.js'
export { atLeast, atMost } from './lenient.js'
export { type Elements, indexed, type ListOptions, list } from './list.js'
export { type Message, type MessageDeclaration, message, type Request } from './message.js'
export {
  type AnyConstants,
  type Constants,
  constants,
  flagNames,
  nameOf,
  subset,
  type WordOf,
  wordOfName,
} from './names.js'
export {
  base64,
  centiseconds,
  dateInNanoseconds,
  dateInSeconds,
  firstOf,
  halves,
  hexadecimal,
  inUnit,
  microseconds,
  milliseconds,
  type Notation,
  nanoseconds,
  quotedText,
  seconds,
  special,
  suiteText,
  unlimited,
} from './notation.js'
export {
  bitNumbersOf,
  bitsOf,
  type Masked,
  masked,
  type NamesBy,
  type NumberNames,
  wordsFor,
} from './number-names.js'
export { i16be, i16le, i32le, i64be, i64le, u16le, u32le, u64le } from './ordered-integers.js'
export type { Output } from './output.js'
export { type Picked, type Picks, picked } from './picked.js'
export { printable } from './printable.js'
export type { RawAttribute } from './raw.js'
export { records } from './records.js'
export {
  bytes,
  charArray,
  fixedBytes,
  flag,
  i8,
  i16,
  i32,
  i32be,
  i64,
  nestedBytes,
  string,
  u8,
  u16,
  u16be,
  u32,
  u32be,
  u64,
  u64be,
  unterminated,
} from './scalar.js'
export { secret } from './secret.js'
export { SecretKey } from './secret-key.js'
export { sequence } from './sequence.js'
export { type Sockaddr4, type Sockaddr6, sockaddrIn, sockaddrIn6 } from './sockaddr.js'
export { type SockaddrIn, type SockaddrIn6, type SockaddrStorage, sockaddrStorage } from './sockaddr-storage.js'
export type { Span, SpanKind } from './span.js'
export { type Padding, pad, type Struct, type StructOptions, struct } from './struct.js'
export { align, NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_TYPE_MASK } from './tlv.js'
export { sint, uint } from './variable-integer.js'
