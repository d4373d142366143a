export { formatAddress, ipAddress, lladdr, macaddr, parseAddress } from './address.js'
export type { RawAttribute } from './attribute-codec.js'
export { type AttributeSet, type Attributes, attributes, type Unknown } from './attributes.js'
export {
  type ByteOrder,
  type Codec,
  type CompileOptions,
  compile,
  type Declaration,
  hostOrder,
  type Infer,
  type Located,
} from './codec.js'
export { decode, encode } from './convert.js'
export { DecodeError, EncodeError, show } from './error.js'
export { AF, addressesOfFamily } from './family.js'
export type { Fixed, FixedCodec, Layout, Members } from './fixed.js'
export { IFNAMSIZ, isInterfaceName } from './ifname.js'
export { array, lazy, list } from './list.js'
export { type Message, message, type Request, records } from './message.js'
export { type Constants, constants, flagsOf, nameOf } from './names.js'
export type { Output } from './output.js'
export { type AttributeRow, type Multi, multi, type Select, select, type Table } from './rows.js'
export {
  bytes,
  charArray,
  fixedBytes,
  flag,
  i8,
  i16,
  i32,
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
export { type Padding, pad, type Struct, type StructOptions, struct } from './struct.js'
export { align, NLA_F_NESTED, NLA_F_NET_BYTEORDER } from './tlv.js'
