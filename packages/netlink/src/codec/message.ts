import { Buffer } from './buffer.js'
import { type ByteOrder, type Codec, type Declaration, perOptions, type Simplify } from './codec.js'
import { EncodeError, isPlainObject, show } from './error.js'
import { type FixedCodec, isPlain, type Members } from './fixed.js'
import { restoreForm } from './lossless.js'
import { reserve } from './output.js'
import type { Struct } from './struct.js'
import { structCodec } from './struct-codec.js'
import { align } from './tlv.js'
import { formOf, keepForm, type PayloadForm } from './wire-form.js'

/**
 * True if the payload is only a `struct rtgenmsg` (linux/rtnetlink.h): the family, with or without padding. The kernel
 * accepts it in every dump request in place of the message's full header.
 */
const isRtgenmsg = (bytes: Buffer, start: number, end: number) =>
  end - start === 1 || (end - start === 4 && bytes[start + 1] === 0 && bytes[start + 2] === 0 && bytes[start + 3] === 0)

/** The decoded value of a message: the members of its fixed header, and its attributes under `attrs`. */
export type Message<H, A> = Simplify<H & { attrs: A }>

/** The value of a message to encode. Missing members of the header are zero. Missing attributes are not sent. */
export type Request<T> = T extends Uint8Array | bigint | boolean | number | string | null | undefined
  ? T
  : T extends readonly (infer E)[]
    ? readonly Request<E>[]
    : T extends { attrs: infer A }
      ? Simplify<{ [K in Exclude<keyof T, 'attrs'>]?: T[K] | undefined } & { attrs?: Request<A> | undefined }>
      : { [K in keyof T]: Request<T[K]> }

type MessageValue = Record<string, unknown>

/** A declared message: a fixed header and attributes. */
export interface MessageDeclaration<H, A> extends Declaration<Message<H, A>> {
  readonly kind: 'message'
  readonly header: Struct<Members, H>
  readonly attrs: Declaration<A>
}

/**
 * Declares a message: a fixed header, and attributes under `attrs`. Encoding accepts a {@link Request}, with missing members.
 * `check` validates requests before they are sent.
 */
export function message<H extends object, A>(
  name: string,
  header: Struct<Members, H>,
  attrs: Declaration<A>,
  check?: (request: unknown) => void,
): MessageDeclaration<H, A> {
  const body = align(header.size)
  const build = (order: ByteOrder, lossless: boolean): Codec<MessageValue> => {
    const head = headerCodec(header as Struct, order)
    const tail = attrs.codec(order, lossless) as unknown as Codec<MessageValue>
    const mayBeShort = header.size > 4 && Object.keys(header.members)[0] === 'family'
    const readHeader = (bytes: Buffer, start: number, end: number): MessageValue => {
      return mayBeShort && isRtgenmsg(bytes, start, end)
        ? head.read(Buffer.concat([bytes.subarray(start, end)], header.size), 0)
        : head.decode(bytes, start, end)
    }
    return {
      name,
      decode(bytes, start, end, outer) {
        const value = readHeader(bytes, start, end)
        const form = lossless && headerForm(head, value, bytes.subarray(start, Math.min(end, start + body)))
        if (form) keepForm(value, form)
        value.attrs = tail.decode(bytes, start + body, end, { members: value, outer })
        return value
      },
      encode(out, value, outer) {
        if (!isPlainObject(value)) throw new EncodeError(`expected a ${name} message (an object), got ${show(value)}`)
        const attributes = Object.hasOwn(value, 'attrs') ? value.attrs : undefined
        const from = reserve(out, body)
        head.write(out.bytes, from, value)
        if (lossless) restoreForm(out, from, formOf<PayloadForm>(value))
        const missing = from + body - out.length
        if (attributes === undefined || (missing > 0 && Object.keys(attributes as MessageValue).length === 0)) return
        reserve(out, missing)
        tail.encode(out, attributes as MessageValue, { members: value, outer })
      },
      locate(bytes, start, end, at, outer) {
        const scope = { members: readHeader(bytes, start, end), outer }
        return tail.locate?.(bytes, start + body, end, at, scope) ?? { path: [], codec: tail }
      },
      ...(tail.keyOf && { keyOf: tail.keyOf }),
    }
  }
  return {
    kind: 'message',
    name,
    header,
    attrs,
    codec: perOptions(build),
    ...(check && { check }),
  } as unknown as MessageDeclaration<H, A>
}

/** Returns the codec of the header. It accepts values that also have `attrs`. */
function headerCodec(
  header: Struct,
  order: ByteOrder,
): Pick<FixedCodec<MessageValue>, 'read' | 'write' | 'decode' | 'size'> {
  const { name, members, size } = header
  const own = header.codec(order) as FixedCodec<MessageValue>
  if (!isPlain(header)) {
    return {
      size,
      read: (bytes, at) => own.read(bytes, at),
      write: (bytes, at, { attrs: _, ...value }) => own.write(bytes, at, value),
      decode: (bytes, start, end) => own.decode(bytes, start, Math.min(end, start + size)),
    }
  }
  const codec = structCodec({ name, members, size, growable: false, extraKey: 'attrs' }, order)
  return {
    size,
    read: (bytes, at) => codec.read(bytes, at),
    write: (bytes, at, value) => codec.write(bytes, at, value),
    decode: (bytes, start, end) => (end - start < size ? own.decode(bytes, start, end) : codec.read(bytes, start)),
  }
}

/**
 * Returns the received bytes of the header if encoding its members gives other bytes, e.g. in padding. Otherwise returns
 * undefined.
 */
export function headerForm(
  head: Pick<FixedCodec<MessageValue>, 'write' | 'size'>,
  value: MessageValue,
  original: Buffer,
): PayloadForm | undefined {
  const canonical = Buffer.alloc(align(head.size))
  head.write(canonical, 0, value)
  return canonical.equals(original) ? undefined : { canonical, original }
}
