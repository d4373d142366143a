import { integer } from './scalar.js'

// Few structures of the kernel have these integers. They are apart, so that programs without them do not load them.

export const i16be = integer<number>(16, true, 'BE')
export const i64be = integer<bigint>(64, true, 'BE')
export const i16le = integer<number>(16, true, 'LE')
export const i32le = integer<number>(32, true, 'LE')
export const i64le = integer<bigint>(64, true, 'LE')
export const u16le = integer<number>(16, false, 'LE')
export const u32le = integer<number>(32, false, 'LE')
export const u64le = integer<bigint>(64, false, 'LE')
