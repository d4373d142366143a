import { perOrder } from '../codec/codec.js'
import { fixedCodec } from '../codec/fixed.js'
import {
  ArgumentError,
  type ByteOrder,
  EncodeError,
  type Fixed,
  type Members,
  type Struct,
  show,
} from '../codec/index.js'

/**
 * Declares C bit-fields: members of a struct that share one integer of `width` bits. `lengths` are their sizes in bits, in
 * the order of the C declaration. All members have the same offset, and only the last one has a size. The sizes must add up
 * to `width`, so that no bit is lost.
 */
export function bitFields<const B extends Readonly<Record<string, number>>>(
  width: 8 | 32,
  lengths: B,
): { readonly [K in keyof B]: Fixed<number> } {
  const last = Object.keys(lengths).at(-1)
  let from = 0
  const members = Object.entries(lengths).map(([key, length]) => {
    const member = bitField(width, from, length, key === last ? width / 8 : 0)
    from += length
    return [key, member]
  })
  if (from !== width) throw new ArgumentError(`expected bit-fields of ${width} bits, got ${from}`)
  return Object.fromEntries(members)
}

function bitField(width: 8 | 32, from: number, length: number, size: number): Fixed<number> {
  const name = `bits(${length})`
  const max = 2 ** length - 1
  const build = (order: ByteOrder) => {
    // C numbers bit-fields from the lowest bit on little-endian machines, and from the highest on big-endian ones.
    const shift = order === 'LE' ? from : width - from - length
    const read = (bytes: Buffer, at: number) => {
      if (width === 8) return bytes.readUInt8(at)
      return order === 'LE' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
    }
    return fixedCodec<number>(name, size, {
      read: (bytes, at) => (read(bytes, at) >>> shift) & max,
      write(bytes, at, value) {
        if (!Number.isInteger(value) || value < 0 || value > max) {
          throw new EncodeError(`expected ${name} (an integer from 0 to ${max}), got ${show(value)}`)
        }
        const all = (read(bytes, at) | (value << shift)) >>> 0
        if (width === 8) bytes.writeUInt8(all, at)
        else if (order === 'LE') bytes.writeUInt32LE(all, at)
        else bytes.writeUInt32BE(all, at)
      },
    })
  }
  return { kind: 'integer', name, size, layout: { type: 'bytes' }, codec: perOrder(build) }
}

/** Marks a struct that contains bit-fields. Readers that use only the layout treat it as bytes. */
export const withBitFields = <M extends Members, T>(declaration: Struct<M, T>): Struct<M, T> => ({
  ...declaration,
  layout: { type: 'bytes' },
})
