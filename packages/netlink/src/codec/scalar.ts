import { Buffer } from './buffer.js'
import { type ByteOrder, type Declaration, hostOrder, perOrder } from './codec.js'
import { byteCount, EncodeError, show } from './error.js'
import { type Fixed, fixedCodec } from './fixed.js'
import { byteAt } from './integers.js'
import { append, reserve } from './output.js'
import { textBytes, textUntilNul, writeText } from './text.js'

type IntegerMethod = 'UInt8' | 'Int8' | `${'UInt' | 'Int'}${16 | 32}${ByteOrder}`
interface Access<T> {
  read(bytes: Buffer, at: number): T
  /** Writes a value. Returns false if it is out of range. */
  write(bytes: Buffer, at: number, value: T): boolean
}

/** Reads 32 bits. The caller checks the bounds. Buffer's own methods check them again, which takes longer than the read. */
const read32 = {
  LE: (bytes: Buffer, at: number) => byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8) | high(bytes, at + 2, at + 3),
  BE: (bytes: Buffer, at: number) => high(bytes, at + 1, at) | (byteAt(bytes, at + 2) << 8) | byteAt(bytes, at + 3),
}
const high = (bytes: Buffer, third: number, fourth: number) =>
  (byteAt(bytes, third) << 16) | (byteAt(bytes, fourth) << 24)

/** The names of Buffer's methods are regular: read·UInt32·LE. */
function numberAccess(bits: 8 | 16 | 32, signed: boolean, order: ByteOrder): Access<number> {
  const kind = `${signed ? 'Int' : 'UInt'}${bits}`
  const method = (bits === 8 ? kind : kind + order) as IntegerMethod
  const [read, write] = [Buffer.prototype[`read${method}`], Buffer.prototype[`write${method}`]]
  const word = read32[order]
  const readWord = signed ? word : (bytes: Buffer, at: number) => word(bytes, at) >>> 0
  const min = signed ? -(2 ** (bits - 1)) : 0
  const max = min + 2 ** bits - 1
  return {
    read: bits === 32 ? readWord : (bytes, at) => read.call(bytes, at),
    write(bytes, at, value) {
      if (!Number.isInteger(value) || value < min || value > max) return false
      write.call(bytes, value, at)
      return true
    },
  }
}

/** Accesses 64 bits through two 32-bit words. Buffer's methods for bigints use arithmetic, which is several times slower. */
function bigintAccess(signed: boolean, order: ByteOrder): Access<bigint> {
  const numbers = signed ? new BigInt64Array(1) : new BigUint64Array(1)
  const words = new Uint32Array(numbers.buffer)
  const [first, second] = order === hostOrder ? [0, 1] : [1, 0]
  const half = numberAccess(32, false, order)
  return {
    read(bytes, at) {
      const [one, other] = [half.read(bytes, at), half.read(bytes, at + 4)]

      if (one === 0 && other === 0) return 0n
      words[first] = one
      words[second] = other
      return numbers[0] as bigint
    },
    write(bytes, at, value) {
      if (typeof value !== 'bigint') return false
      numbers[0] = value
      if (numbers[0] !== value) return false
      half.write(bytes, at, words[first] as number)
      half.write(bytes, at + 4, words[second] as number)
      return true
    },
  }
}

/**
 * Declares an integer. Values are numbers up to 32 bits, and bigints for 64 bits. Without `order`, it has the byte order of
 * the codec.
 */
export function integer<T extends number | bigint>(
  bits: 8 | 16 | 32 | 64,
  signed: boolean,
  order?: ByteOrder,
): Fixed<T> {
  const name = `${signed ? 'i' : 'u'}${bits}${order?.toLowerCase() ?? ''}`
  const size = bits / 8
  const refuse = (value: T) => {
    const low = signed ? -(2n ** BigInt(bits - 1)) : 0n
    const kind = bits === 64 ? 'a bigint' : 'an integer'
    throw new EncodeError(
      `expected ${name} (${kind} from ${low} to ${low + 2n ** BigInt(bits) - 1n}), got ${show(value)}`,
    )
  }
  const codec = perOrder((host) => {
    const access = bits === 64 ? bigintAccess(signed, order ?? host) : numberAccess(bits, signed, order ?? host)
    const { read, write } = access as unknown as Access<T>
    return fixedCodec<T>(name, size, {
      read,
      write(bytes, at, value) {
        if (!write(bytes, at, value)) refuse(value)
      },
    })
  })
  return { kind: 'integer', name, size, layout: { type: 'integer', signed, ...(order && { order }), codec }, codec }
}

export const u8 = integer<number>(8, false)
export const u16 = integer<number>(16, false)
export const u32 = integer<number>(32, false)
/** An unsigned 64-bit integer. Its value is a bigint. */
export const u64 = integer<bigint>(64, false)
export const i8 = integer<number>(8, true)
export const i16 = integer<number>(16, true)
export const i32 = integer<number>(32, true)
export const i64 = integer<bigint>(64, true)
export const i32be = integer<number>(32, true, 'BE')
export const u16be = integer<number>(16, false, 'BE')
export const u32be = integer<number>(32, false, 'BE')
export const u64be = integer<bigint>(64, false, 'BE')

const expectBytes = (value: unknown) => {
  if (!(value instanceof Uint8Array))
    throw new EncodeError(`expected bytes (a Buffer or Uint8Array), got ${show(value)}`)
}

/** The payload as bytes: a view of the received datagram. The library never overwrites the datagram. */
export const bytes: Declaration<Buffer> = {
  kind: 'bytes',
  name: 'bytes',
  codec: perOrder(() => ({
    name: 'bytes',
    decode: (from, start, end) => from.subarray(start, end),
    encode(out, value) {
      expectBytes(value)
      append(out, value)
    },
  })),
}

/** Nested attributes that are not decoded. They are sent with NLA_F_NESTED, as the kernel requires. */
export const nestedBytes: Declaration<Buffer> = { ...bytes, nested: true }

/** Declares exactly `size` bytes. */
export function fixedBytes(size: number): Fixed<Buffer> {
  const name = `bytes(${size})`
  return {
    kind: 'bytes',
    name,
    size,
    layout: { type: 'bytes' },
    codec: perOrder(() =>
      fixedCodec<Buffer>(name, size, {
        read: (from, at) => from.subarray(at, at + size),
        write(to, at, value) {
          expectBytes(value)
          if (value.length !== size)
            throw new EncodeError(`expected ${byteCount(size)}, got ${byteCount(value.length)}`)
          to.set(value, at)
        },
      }),
    ),
  }
}

/**
 * Text up to a NUL. The kernel sometimes omits the NUL; encoding always writes it. Bytes that are not valid UTF-8 decode to
 * the lone surrogates U+DC80 to U+DCFF, which encode to the same bytes.
 */
export const string: Declaration<string> = {
  kind: 'text',
  name: 'string',
  codec: perOrder(() => ({
    name: 'string',
    decode: textUntilNul,
    encode(out, value) {
      writeText(out, value)
      reserve(out, 1)
    },
  })),
}

/** Text that is sent without a NUL, because the kernel uses its length. Decoding is the same as for {@link string}. */
export const unterminated: Declaration<string> = {
  kind: 'text',
  name: 'string',
  codec: perOrder(() => ({
    name: 'string',
    decode: textUntilNul,
    encode: writeText,
  })),
}

/** Declares `char[size]`: text up to a NUL, or the whole array if there is none. */
export function charArray(size: number): Fixed<string> {
  const name = `char[${size}]`
  return {
    kind: 'text',
    name,
    size,
    layout: { type: 'bytes' },
    codec: perOrder(() =>
      fixedCodec<string>(name, size, {
        read: (from, at) => textUntilNul(from, at, at + size),
        write(to, at, value) {
          const text = textBytes(value)
          if (text.length > size)
            throw new EncodeError(`expected at most ${byteCount(size)} of text, got ${byteCount(text.length)}`)
          to.set(text, at)
        },
      }),
    ),
  }
}

/** NLA_FLAG: `true` if the attribute is present. `false` cannot be encoded: omit the key instead. */
export const flag: Declaration<true> = {
  kind: 'flag',
  name: 'flag',
  codec: perOrder(() => ({
    name: 'flag',
    decode: () => true as const,
    encode(_out, value) {
      if (value !== true) throw new EncodeError(`expected true, or the key left out, got ${show(value)}`)
    },
  })),
}
