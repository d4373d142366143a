import { compile, type Declaration, encode, hostOrder } from '@netloom/netlink/codec'
import { bench } from '../support/bench.js'

const readU16 = Buffer.prototype[`readUInt16${hostOrder}`]

const NLA_F_NESTED = 0x8000

/** The minimum work of any decoder: walks all attributes, including nested ones, without reading their payloads. */
function walk(bytes: Buffer, start: number, end: number): number {
  let seen = 0
  for (let at = start; at + 4 <= end; ) {
    const length = readU16.call(bytes, at)
    if (length < 4 || at + length > end) throw new Error('not attributes')
    seen += readU16.call(bytes, at + 2) & NLA_F_NESTED ? walk(bytes, at + 4, at + length) : 1
    at += (length + 3) & ~3
  }
  return seen
}

/** Measures decoding and encoding a message (a header of `headerSize` bytes, then attributes) against walking its bytes. */
export function benchMessage<T>(declaration: Declaration<T>, headerSize: number, value: T): void {
  const codec = compile(declaration)
  const bytes = encode(declaration, value as Parameters<typeof encode<T>>[1])
  const out = { bytes: Buffer.alloc(4096), length: 0 }
  bench(`${declaration.name}, ${bytes.length} bytes`, {
    'walk the bytes': () => walk(bytes, headerSize, bytes.length),
    decode: () => codec.decode(bytes, 0, bytes.length),
    encode() {
      // The encoder relies on zeros.
      out.bytes.fill(0, 0, out.length)
      out.length = 0
      codec.encode(out, value)
      return out
    },
  })
}
