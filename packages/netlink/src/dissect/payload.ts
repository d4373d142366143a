import {
  type ByteOrder,
  type Codec,
  compile,
  type Declaration,
  DecodeError,
  type DescribeOptions,
  describe,
  type Output,
} from '../codec/index.js'
import { append } from '../codec/output.js'
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
  /** Encodes the payload again. @throws {EncodeError} if the value was changed and no longer matches its declaration */
  encode(out: Output): void
}

/** Byte order of a datagram, and state of its dissector. */
export interface Reading {
  readonly order: ByteOrder
  readonly state: CaptureState
}

/** Returns the payload of a message that cannot be decoded. */
export function rawPayload(position: PayloadPosition, { state }: Reading, error?: Error): Payload {
  const { name, family } = isControl(position.type)
    ? { name: controlName(position.type), family: undefined }
    : identify(position, state)
  return rawAs({ name, family }, position.bytes.subarray(position.start, position.end), error)
}

const rawAs = (title: Title, value: Buffer, error?: Error): Payload => ({
  ...title,
  value,
  ...(error && { error }),
  describe: () => value,
  encode: (out) => append(out, value),
})

/** Decodes the payload of a message that is not a control message. Never throws, even if the bytes are invalid. */
export function readPayload(position: PayloadPosition, { order, state }: Reading): Payload {
  const { name, family, declarations } = identify(position, state)
  const payload = payloadAs(
    declarations,
    { name, family },
    position.bytes.subarray(position.start, position.end),
    order,
  )
  return family === undefined ? { ...payload, family: familyInside(position.protocol, payload.value) } : payload
}

/**
 * Decodes `bytes` with the first declaration that matches. If none matches, the value is the raw bytes, with the error of the
 * last declaration.
 */
export function payloadAs(
  declarations: readonly Declaration<unknown>[],
  title: Title,
  bytes: Buffer,
  order: ByteOrder,
): Payload {
  let problem: unknown
  for (const declaration of declarations) {
    const codec = compile(declaration, { order, lossless: true }) as Codec<unknown>
    try {
      const value = codec.decode(bytes, 0, bytes.length)
      return {
        ...{ ...title, value, declaration },
        describe: (options) => describe(declaration, value, options),
        encode: (out) => codec.encode(out, value),
      }
    } catch (error) {
      problem = DecodeError.within(title.name, error)
    }
  }
  return rawAs(title, bytes, problem as Error)
}

/** Returns the path of the attribute at `offset` in the datagram, or undefined if there is none. */
export function locate(position: PayloadPosition, { order, state }: Reading, offset: number): string | undefined {
  const [declaration] = identify(position, state).declarations
  try {
    const found = compile(declaration, { order }).locate?.(position.bytes, position.start, position.end, offset)
    return found?.path.join('.') || undefined
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
