import {
  type ByteOrder,
  bytes as bytesDeclaration,
  type Codec,
  compile,
  type Declaration,
  DecodeError,
  type DescribeOptions,
  describe,
  type Located,
  type Output,
} from '../codec/index.js'
import { append } from '../codec/output.js'
import type { Place } from '../codec/span.js'
import type { SpanCollector } from '../codec/span-collector.js'
import { NETLINK } from '../message/index.js'
import { familyInside } from './families.js'
import { type CaptureState, controlName, identify, isControl, type PayloadPosition } from './known.js'

/** Name and family of a message. */
type Title = Pick<Payload, 'name' | 'family'>

/** A decoded payload, with a function that encodes it again. */
export interface Payload {
  /** Name of the message, e.g. `RTM_NEWLINK`. */
  readonly name: string
  readonly family: string | undefined
  /** The decoded value, or the raw bytes if there is no declaration or if `error` is set. */
  readonly value: unknown
  /** The declaration of the value, if the whole payload has one. */
  readonly declaration?: Declaration<unknown>
  readonly error?: Error
  /** Returns the value with the names of constants instead of numbers. See `describe` of `@netloom/netlink/codec`. */
  describe(options?: DescribeOptions): unknown
  /** Adds the spans of the payload, at its offset in the message. */
  addSpans(spans: SpanCollector, place: Place): void
  /** Encodes the payload again. @throws {EncodeError} if the value was changed and no longer matches its declaration */
  encode(out: Output): void
}

/** Decodes a payload when it is needed. Name and family are known before. */
export interface PayloadReader extends Title {
  /** The declaration that the payload should match. Absent if it is a control message, or cannot be decoded. */
  readonly declaration?: Declaration<unknown>
  /** True if only the decoded payload contains the family. */
  readonly familyInside?: boolean
  /** Decodes the payload. Never throws, even if the bytes are invalid. */
  read(lossless: boolean): Payload
}

/** Byte order of a datagram, and state of its dissector. */
export interface Reading {
  readonly order: ByteOrder
  readonly state: CaptureState
  /** True if values keep how the sender encoded them. */
  readonly lossless: boolean
}

const titleOf = (position: PayloadPosition, reading: Reading): Title =>
  isControl(position.protocol, position.type)
    ? { name: controlName(position.type), family: undefined }
    : identify(position, reading)

/** Returns the payload of a message that cannot be decoded. */
export const rawPayload = (position: PayloadPosition, reading: Reading, error?: Error): Payload =>
  rawAs(titleOf(position, reading), bytesDeclaration, position, error)

/** Returns the reader of a payload that cannot be decoded. */
export function rawReader(position: PayloadPosition, reading: Reading, error?: Error): PayloadReader {
  const title = titleOf(position, reading)
  const [declared = bytesDeclaration] = isControl(position.protocol, position.type)
    ? []
    : identify(position, reading).declarations
  return { ...title, read: () => rawAs(title, declared, position, error) }
}

/** `declared` describes the bytes up to the damage. */
const rawAs = (
  { name, family }: Title,
  declared: Declaration<unknown>,
  { bytes, start, end }: Pick<PayloadPosition, 'bytes' | 'start' | 'end'>,
  error?: Error,
): Payload => {
  const value = bytes.subarray(start, end)
  return {
    ...{ name, family, value },
    ...(error && { error }),
    describe: () => value,
    addSpans: (spans, place) => spans.add(declared, start, end, place),
    encode: (out) => append(out, value),
  }
}

/** Returns the reader of a payload that is not a control message. */
export function payloadReader(position: PayloadPosition, reading: Reading): PayloadReader {
  const { name, family, declarations } = identify(position, reading)
  const read = (lossless: boolean): Payload => {
    const payload = payloadAs(declarations, { name, family }, position, { ...reading, lossless })
    return family === undefined ? { ...payload, family: familyInside(position.protocol, payload.value) } : payload
  }
  return { name, family, declaration: declarations[0], familyInside: position.protocol === NETLINK.XFRM, read }
}

/**
 * Decodes the payload with the first declaration that matches. If none matches, the value is the raw bytes, with the error of the
 * last declaration.
 */
export function payloadAs(
  declarations: readonly [Declaration<unknown>, ...Declaration<unknown>[]],
  title: Title,
  position: Pick<PayloadPosition, 'bytes' | 'start' | 'end'>,
  { order, lossless }: Pick<Reading, 'order' | 'lossless'>,
): Payload {
  const { bytes, start, end } = position
  let problem: unknown
  for (const declaration of declarations) {
    const codec = compile(declaration, { order, lossless }) as Codec<unknown>
    try {
      const value = codec.decode(bytes, start, end)
      return {
        ...{ ...title, value, declaration },
        describe: (options) => describe(declaration, value, options),
        addSpans: (spans, place) => spans.add(declaration, start, end, place),
        encode: (out) => codec.encode(out, value),
      }
    } catch (error) {
      problem = DecodeError.within(title.name, error)
    }
  }
  return rawAs(title, declarations[0], position, problem as Error)
}

/** Returns the attribute at `offset` in the datagram, or the message itself if there is none or no offset. */
export function locate(
  position: PayloadPosition,
  { order, state }: Pick<Reading, 'order' | 'state'>,
  offset: number | undefined,
): Located | undefined {
  const [declaration] = identify(position, { order, state }).declarations
  const codec = compile(declaration, { order })
  try {
    const found =
      offset === undefined ? undefined : codec.locate?.(position.bytes, position.start, position.end, offset)
    return found ?? { path: [], codec }
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
