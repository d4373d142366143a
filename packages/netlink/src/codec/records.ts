import { Buffer } from './buffer.js'
import { type ByteOrder, type Codec, type Declaration, perOptions, type Simplify } from './codec.js'
import { ArgumentError, EncodeError, lengthError, show } from './error.js'
import type { Members } from './fixed.js'
import { decodeAt, type Elements, encodeAt } from './list.js'
import { reserve } from './output.js'
import type { Struct } from './struct.js'
import { align } from './tlv.js'

/** The value of a record. */
type RecordValue = Record<string, unknown>

/**
 * Declares an array of records without attribute headers. Each record is a struct with its length in `len`, followed by
 * attributes, as `struct rtnexthop` in RTA_MULTIPATH. The values do not contain `len`: encoding computes it.
 */
export function records<H extends { len: number; attrs: unknown }>(
  record: Declaration<H> & { readonly header: Struct<Members, Omit<H, 'attrs'>> },
): Elements<H, Simplify<Omit<H, 'len'>>> {
  const lengthAt = offsetOf(record.header.members, 'len')
  const smallest = record.header.size
  const build = (order: ByteOrder, lossless: boolean): Codec<RecordValue[]> => {
    const codec = record.codec(order, lossless) as unknown as Codec<RecordValue>
    const readU16 = Buffer.prototype[`readUInt16${order}`]
    const writeU16 = Buffer.prototype[`writeUInt16${order}`]
    return {
      name: `${record.name}[]`,
      decode(bytes, start, end, scope) {
        const values: RecordValue[] = []
        for (let at = start; at < end; ) {
          const length = end - at < smallest ? 0 : readU16.call(bytes, at + lengthAt)
          if (length < smallest || at + length > end)
            throw lengthError(`a ${record.name}`, smallest, end - at, at - start, length)
          const value = decodeAt(codec, values.length, bytes, at, at + length, scope)
          const { len: _, ...fields } = value
          values.push(fields)
          at += align(length)
        }
        return values
      },
      encode(out, values, scope) {
        if (!Array.isArray(values)) throw new EncodeError(`expected an array of ${record.name}, got ${show(values)}`)
        for (const [index, value] of values.entries()) {
          const at = out.length
          encodeAt(codec, index, out, value, scope)
          const length = out.length - at
          if (length > 0xffff)
            throw new EncodeError(`expected at most 65535 bytes with the header, got ${length}`, [`[${index}]`])
          writeU16.call(out.bytes, length, at + lengthAt)
          // Lossless decoding may have kept bytes after the last attribute.
          if (index < values.length - 1) reserve(out, align(length) - length)
        }
      },
      locate(bytes, start, end, at, scope) {
        let from = start
        for (let index = 0; from + smallest <= end; index++) {
          const length = readU16.call(bytes, from + lengthAt)
          if (length < smallest || from + length > end) break
          const inner = at < from + length ? codec.locate?.(bytes, from, from + length, at, scope) : undefined
          if (inner) return { path: [String(index), ...inner.path], codec: inner.codec }
          from += align(length)
        }
        return { path: [], codec }
      },
    }
  }
  return { kind: 'array', name: `${record.name}[]`, element: record, codec: perOptions(build) } as unknown as Elements<
    H,
    Simplify<Omit<H, 'len'>>
  >
}

function offsetOf(members: Members, key: string): number {
  let at = 0
  for (const [name, member] of Object.entries(members)) {
    if (name === key) return at
    at += member.size
  }
  throw new ArgumentError(`expected a struct with a member '${key}', got one with ${Object.keys(members).join(', ')}`)
}
