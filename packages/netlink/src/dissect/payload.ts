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
import { controlName, identify, isControl, type Learnt, type PayloadPosition } from './known.js'

/** Name and family of a message. */
type Title = Pick<Payload, 'name' | 'family'>

/** A decoded payload, and how to encode it again. */
export interface Payload {
  /** e.g. `RTM_NEWLINK` */
  readonly name: string
  readonly family: string | undefined
  /** Raw bytes if there is no declaration, or if `error` is set. */
  readonly value: unknown
  /** The declaration of the value, if it is a single one. */
  readonly declaration?: Declaration<unknown>
  readonly error?: Error
  /** Returns the value with words for its numbers: see `describe` of the codec. */
  describe(options?: DescribeOptions): unknown
  /** @throws {EncodeError} if the value was changed to one that does not fit */
  encode(out: Output): void
}

/** State of a dissector. */
export interface Reading {
  readonly order: ByteOrder
  readonly learnt: Learnt
}

/** Returns the payload of an undecodable message. */
export function rawPayload(position: PayloadPosition, { learnt }: Reading, error?: Error): Payload {
  const { name, family } = isControl(position.type)
    ? { name: controlName(position.type), family: undefined }
    : identify(position, learnt)
  return rawAs({ name, family }, position.bytes.subarray(position.start, position.end), error)
}

const rawAs = (title: Title, value: Buffer, error?: Error): Payload => ({
  ...title,
  value,
  ...(error && { error }),
  describe: () => value,
  encode: (out) => append(out, value),
})

/** Decodes the payload of a message that is not a control message. Never throws, whatever the bytes are. */
export function readPayload(position: PayloadPosition, { order, learnt }: Reading): Payload {
  const { name, family, declarations } = identify(position, learnt)
  const payload = payloadAs(
    declarations,
    { name, family },
    position.bytes.subarray(position.start, position.end),
    order,
  )
  return family === undefined ? { ...payload, family: familyInside(position.protocol, payload.value) } : payload
}

/** Decodes `bytes` with the first declaration that matches. If none does, they stay raw, with the last one's error. */
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

/**
 * Returns the path to the attribute at `offset` of the datagram's bytes. Returns nothing if there is none, or if it cannot be
 * decoded.
 */
export function locate(position: PayloadPosition, { order, learnt }: Reading, offset: number): string | undefined {
  const [declaration] = identify(position, learnt).declarations
  try {
    const found = compile(declaration, { order }).locate?.(position.bytes, position.start, position.end, offset)
    return found?.path.join('.') || undefined
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
