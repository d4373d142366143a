import {
  type ByteOrder,
  compile,
  type Declaration,
  DecodeError,
  type DescribeOptions,
  type Span,
} from '../codec/index.js'
import { output, written } from '../codec/output.js'
import { SpanCollector, type WordCache } from '../codec/spans.js'
import { type Nlmsghdr, nlmsghdr } from '../message/index.js'
import { NETLINK_KOBJECT_UEVENT, type Uevent, uevent } from '../uevent/index.js'
import { controlReader } from './control.js'
import { isControl, type PayloadPosition, protocolName } from './known.js'
import { type Payload, type PayloadReader, payloadAs, payloadReader, type Reading, rawReader } from './payload.js'
import { countUnknown } from './unknown.js'

/** A dissected message. The payload is decoded when a property that needs it is read for the first time. */
export interface DissectedMessage {
  /** Protocol, e.g. `NETLINK_ROUTE`. */
  readonly protocol: string
  /**
   * Name of the message, e.g. `RTM_NEWLINK`, or of the generic netlink command. Messages without a declaration are named like
   * `NETLINK_ROUTE:200` or `thermal:3`.
   */
  readonly type: string
  /** Name of the generic netlink family. For other protocols, name of the address family in the header. */
  readonly family: string | undefined
  readonly toKernel: boolean
  /** The message header. Undefined for uevents, which have none. */
  readonly header: Nlmsghdr | undefined
  /** The decoded payload, or its bytes if it cannot be decoded. */
  readonly value: unknown
  /** Declaration of the value. Undefined for control messages and payloads that cannot be decoded. */
  readonly declaration: Declaration<unknown> | undefined
  /** Number of undecoded attributes. A payload that could not be decoded counts as one. */
  readonly unknown: number
  /** True if encoding header and value gives the received bytes. Each read decodes and encodes the message again. */
  readonly roundtrip: boolean
  /** Reason why the payload could not be decoded. */
  readonly error: Error | undefined
  /** The received bytes of the message. */
  readonly bytes: Buffer
  /** Bytes between this message and the next one. */
  readonly padding: Buffer
  /**
   * Returns the value with the names of constants instead of numbers: `RTN_UNICAST`, `UP|LOWER_UP`. See `describe` of
   * `@netloom/netlink/codec`.
   */
  describe(options?: DescribeOptions): unknown
  /**
   * Returns the bytes of each member and attribute, depth first: offset and length in `bytes`, the kernel's name, the decoded value,
   * and the path to it from the message. Bytes that cannot be decoded have spans up to the damage.
   */
  spans(): readonly Span[]
  /** Encodes header and value again. @throws {EncodeError} if the value was changed and no longer matches its declaration */
  encode(): Buffer
}

/** Position of a message in a datagram. */
export interface MessagePosition {
  readonly protocol: number
  readonly toKernel: boolean
  readonly bytes: Buffer
  readonly header: Nlmsghdr
  /** Offset of the header. */
  readonly start: number
  /** End of the payload. */
  readonly end: number
  /** Offset of the next message. */
  readonly next: number
}

/** Dissects one message. Never throws, even if the bytes are invalid. */
export function readMessage(at: MessagePosition, reading: Reading): DissectedMessage {
  const { protocol, toKernel, bytes, header, start, end, next } = at
  const position = {
    protocol,
    toKernel,
    type: header.type,
    bytes: bytes.subarray(start, end),
    start: nlmsghdr.size,
    end: end - start,
  }
  return new LazyMessage(position, header, bytes.subarray(end, next), readerOf(position, header, reading), reading)
}

/** Dissects a datagram of NETLINK_KOBJECT_UEVENT. It contains one message without a header. */
export function readUevent(toKernel: boolean, bytes: Buffer, reading: Reading): DissectedMessage {
  const position = { protocol: NETLINK_KOBJECT_UEVENT, toKernel, type: 0, bytes, start: 0, end: bytes.length }
  const title = { name: 'uevent', family: undefined }
  const reader: PayloadReader = {
    ...title,
    read: (lossless) => {
      const payload = payloadAs([uevent], title, position, { ...reading, lossless })
      const { action } = payload.value as Partial<Uevent>
      return action === undefined ? payload : { ...payload, name: `KOBJ_${action.toUpperCase()}` }
    },
  }
  return new LazyMessage(position, undefined, bytes.subarray(bytes.length), reader, reading)
}

function readerOf(position: PayloadPosition, { len, flags }: Nlmsghdr, reading: Reading): PayloadReader {
  if (position.end < len) {
    const error = new DecodeError(`expected a message of ${len} bytes, got the first ${position.end} only`)
    return rawReader(position, reading, error)
  }
  return isControl(position.type) ? controlReader(position, flags, reading) : payloadReader(position, reading)
}

class LazyMessage implements DissectedMessage {
  readonly protocol: string
  readonly toKernel: boolean
  readonly bytes: Buffer
  readonly #start: number
  readonly #reader: PayloadReader
  readonly #lossless: boolean
  readonly #order: ByteOrder
  readonly #words: WordCache
  #payload: Payload | undefined

  constructor(
    { protocol, toKernel, bytes, start }: PayloadPosition,
    readonly header: Nlmsghdr | undefined,
    readonly padding: Buffer,
    reader: PayloadReader,
    { order, lossless, state }: Reading,
  ) {
    this.protocol = protocolName(protocol)
    this.toKernel = toKernel
    this.bytes = bytes
    this.#start = start
    this.#reader = reader
    this.#lossless = lossless
    this.#order = order
    this.#words = state.words
  }

  get #decoded(): Payload {
    this.#payload ??= this.#reader.read(this.#lossless)
    return this.#payload
  }

  get type(): string {
    return this.header === undefined ? this.#decoded.name : this.#reader.name
  }

  get family(): string | undefined {
    return this.#reader.family ?? (this.#reader.familyInside ? this.#decoded.family : undefined)
  }

  get value(): unknown {
    return this.#decoded.value
  }

  get declaration(): Declaration<unknown> | undefined {
    return this.#decoded.declaration
  }

  get error(): Error | undefined {
    return this.#decoded.error
  }

  get unknown(): number {
    const { value } = this
    return value instanceof Uint8Array ? Math.min(1, value.length) : countUnknown(value)
  }

  get roundtrip(): boolean {
    const payload = this.#reader.read(true)
    try {
      return payload.error === undefined && this.bytes.equals(this.#encode(payload))
    } catch {
      // `encode()` throws the error to its caller.
      return false
    }
  }

  describe(options?: DescribeOptions): unknown {
    return this.#decoded.describe(options)
  }

  spans(): readonly Span[] {
    const spans = new SpanCollector(this.bytes, this.#order, this.#words)
    if (this.header) spans.member(nlmsghdr.name, nlmsghdr, 0, this.#start, { path: ['header'], depth: 0 })
    this.#decoded.addSpans(spans, { path: ['value'], depth: 0 })
    return spans.spans
  }

  encode(): Buffer {
    return this.#encode(this.#decoded)
  }

  #encode(payload: Payload): Buffer {
    const out = output(Math.max(256, this.bytes.length))
    if (this.header) compile(nlmsghdr, { order: this.#order }).encode(out, this.header)
    payload.encode(out)
    return written(out)
  }
}
