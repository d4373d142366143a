import { type ByteOrder, type Codec, type Declaration, perOrder, type Simplify } from './codec.js'
import { byteCount, DecodeError, EncodeError, isPlainObject, show } from './error.js'
import type { Members } from './fixed.js'
import { atIndex } from './list.js'
import { reserve } from './output.js'
import type { Struct } from './struct.js'
import { align } from './tlv.js'

/** A fixed header and, behind it, attributes: what a message decodes to. */
export type Message<H, A> = Simplify<H & { attrs: A }>

/** What is written of a message, and of the messages in it: header members left out are zero, attributes are not sent. */
export type Request<T> = T extends Uint8Array | bigint | boolean | number | string | null | undefined
  ? T
  : T extends readonly (infer E)[]
    ? readonly Request<E>[]
    : T extends { attrs: infer A }
      ? Simplify<{ [K in Exclude<keyof T, 'attrs'>]?: T[K] | undefined } & { attrs?: Request<A> | undefined }>
      : { [K in keyof T]: Request<T[K]> }

type Bag = Record<string, unknown>

/**
 * Declares a message: the header's members and, under `attrs`, the attributes. Its encoder takes a {@link Request}; `check`
 * is what a request must pass beside.
 */
export function message<H extends object, A>(
  name: string,
  header: Struct<Members, H>,
  attrs: Declaration<A>,
  check?: (request: unknown) => void,
): Declaration<Message<H, A>> & { readonly header: Struct<Members, H> } {
  const body = align(header.size)
  const build = (order: ByteOrder): Codec<Bag> => {
    const head = header.codec(order) as unknown as Codec<Bag>
    const tail = attrs.codec(order) as unknown as Codec<Bag>
    return {
      name,
      decode(bytes, start, end) {
        const value = head.decode(bytes, start, Math.min(end, start + header.size))
        value.attrs = tail.decode(bytes, start + body, end)
        return value
      },
      encode(out, value) {
        if (!isPlainObject(value)) throw new EncodeError(`expected a ${name} message (an object), got ${show(value)}`)
        const { attrs: attributes, ...members } = value
        head.encode(out, members)
        reserve(out, body - header.size)
        if (attributes !== undefined) tail.encode(out, attributes as Bag)
      },
      locate: (bytes, start, end, at) => tail.locate?.(bytes, start + body, end, at) ?? { path: [], codec: tail },
      ...(tail.keyOf && { keyOf: tail.keyOf }),
    }
  }
  return { name, header, codec: perOrder(build), ...(check && { check }) } as unknown as Declaration<Message<H, A>> & {
    readonly header: Struct<Members, H>
  }
}

/**
 * Declares records one behind the other, each a message whose header has its length under `len` (RTA_MULTIPATH's
 * `struct rtnexthop`). The decoded values leave `len` out, as the encoder computes it.
 */
export function records<H extends { len: number; attrs: unknown }>(
  record: Declaration<H> & { readonly header: Struct<Members, Omit<H, 'attrs'>> },
): Declaration<Simplify<Omit<H, 'len'>>[]> {
  const lengthAt = offsetOf(record.header.members, 'len')
  const smallest = record.header.size
  const build = (order: ByteOrder): Codec<Bag[]> => {
    const codec = record.codec(order) as unknown as Codec<Bag>
    const readU16 = Buffer.prototype[`readUInt16${order}`]
    const writeU16 = Buffer.prototype[`writeUInt16${order}`]
    return {
      name: `${record.name}[]`,
      decode(bytes, start, end) {
        const values: Bag[] = []
        for (let at = start; at < end; ) {
          const length = end - at < smallest ? 0 : readU16.call(bytes, at + lengthAt)
          if (length < smallest || at + length > end) {
            throw new DecodeError(
              `expected a ${record.name} of ${smallest} to ${byteCount(end - at)} at offset ${at - start}, got one that claims ${length}`,
            )
          }
          const { len: _, ...value } = atIndex(DecodeError, values.length, () => codec.decode(bytes, at, at + length))
          values.push(value)
          at += align(length)
        }
        return values
      },
      encode(out, values) {
        if (!Array.isArray(values)) throw new EncodeError(`expected an array of ${record.name}, got ${show(values)}`)
        for (const [index, value] of values.entries()) {
          const at = out.length
          atIndex(EncodeError, index, () => codec.encode(out, value))
          const length = out.length - at
          if (length > 0xffff)
            throw new EncodeError(`expected at most 65535 bytes with the header, got ${length}`, [`[${index}]`])
          writeU16.call(out.bytes, length, at + lengthAt)
        }
      },
      locate(bytes, start, end, at) {
        let from = start
        for (let index = 0; from + smallest <= end; index++) {
          const length = readU16.call(bytes, from + lengthAt)
          if (length < smallest || from + length > end) break
          const inner = at < from + length ? codec.locate?.(bytes, from, from + length, at) : undefined
          if (inner) return { path: [String(index), ...inner.path], codec: inner.codec }
          from += align(length)
        }
        return { path: [], codec: codec }
      },
    }
  }
  return { name: `${record.name}[]`, codec: perOrder(build) } as unknown as Declaration<Simplify<Omit<H, 'len'>>[]>
}

function offsetOf(members: Members, key: string): number {
  let at = 0
  for (const [name, member] of Object.entries(members)) {
    if (name === key) return at
    at += member.size
  }
  throw new TypeError(`expected a struct with a member '${key}', got one with ${Object.keys(members).join(', ')}`)
}
