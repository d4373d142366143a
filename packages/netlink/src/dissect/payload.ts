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
import { controlName, identify, isControl, type Learnt, type Place } from './known.js'

/** What a message is called. */
type Title = Pick<Payload, 'name' | 'family'>

/** A payload that was read, and what writes it back. */
export interface Payload {
  /** e.g. `RTM_NEWLINK` */
  readonly name: string
  readonly family: string | undefined
  /** Raw bytes where no row says what it is, or where `error` says what is wrong with it. */
  readonly value: unknown
  /** What read the value, where one declaration did. */
  readonly declaration?: Declaration<unknown>
  readonly error?: Error
  /** Returns the value with words for its numbers: see `describe` of the codec. */
  describe(options?: DescribeOptions): unknown
  /** @throws {EncodeError} if the value was changed to one that does not fit */
  encode(out: Output): void
}

/** How a dissector reads. */
export interface Reading {
  readonly order: ByteOrder
  readonly learnt: Learnt
}

/** A payload as it is, of a message that cannot be read. */
export function rawPayload(place: Place, { learnt }: Reading, error?: Error): Payload {
  const { name, family } = isControl(place.type)
    ? { name: controlName(place.type), family: undefined }
    : identify(place, learnt)
  return rawAs({ name, family }, place.bytes.subarray(place.start, place.end), error)
}

const rawAs = (title: Title, value: Buffer, error?: Error): Payload => ({
  ...title,
  value,
  ...(error && { error }),
  describe: () => value,
  encode: (out) => append(out, value),
})

/** Reads the payload of a message that is no control message. Never throws for what the bytes are. */
export function readPayload(place: Place, { order, learnt }: Reading): Payload {
  const { name, family, declarations } = identify(place, learnt)
  const payload = payloadAs(declarations, { name, family }, place.bytes.subarray(place.start, place.end), order)
  return family === undefined ? { ...payload, family: familyInside(place.protocol, payload.value) } : payload
}

/** Reads `bytes` as the first of `declarations` that fits; raw, with the last one's error, where none does. */
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

/** The keys to the attribute at `offset` of the datagram's bytes; nothing where there is none, or it is unreadable. */
export function locate(place: Place, { order, learnt }: Reading, offset: number): string | undefined {
  const [declaration] = identify(place, learnt).declarations
  try {
    const found = compile(declaration, { order }).locate?.(place.bytes, place.start, place.end, offset)
    return found?.path.join('.') || undefined
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
