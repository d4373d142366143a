import {
  type ByteOrder,
  compile,
  type Declaration,
  DecodeError,
  type DescribeOptions,
  type Span,
} from '../codec/index.js'
import { output, written } from '../codec/output.js'
import { SpanCollector } from '../codec/span-collector.js'
import { NETLINK, type Nlmsghdr, nlmsghdr } from '../message/index.js'
import { type Uevent, uevent } from '../uevent/index.js'
import { controlReader } from './control.js'
import { nameHeader } from './flags-text.js'
import { isControl } from './known.js'
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

/** The parts of a datagram that all its messages share. */
export interface DatagramParts {
  /** Protocol: NETLINK_*, and its name. */
  readonly protocol: number
  readonly protocolName: string
  readonly toKernel: boolean
  readonly bytes: Buffer
  readonly reading: Reading
}

/** Position of a message in a datagram. */
export interface MessagePosition {
  /** Undefined for uevents, which have none. */
  readonly header: Nlmsghdr | undefined
  /** Offset of the header. */
  readonly start: number
  /** End of the payload. */
  readonly end: number
  /** Offset of the next message. */
  readonly next: number
}

/** Dissects one message. Never throws, even if the bytes are invalid. */
export function readMessage(datagram: DatagramParts, at: MessagePosition): DissectedMessage {
  const message = new LazyMessage(datagram, at, at.header === undefined ? ueventReader : messageReader)
  // Later messages change what these depend on: the names of families, and the requests that were not answered yet.
  if (datagram.protocol === NETLINK.GENERIC || isControl(datagram.protocol, at.header?.type ?? 0)) message.prepare()
  return message
}

/** Creates the reader of a message. */
type ReaderOf = (datagram: DatagramParts, at: MessagePosition, bytes: Buffer) => PayloadReader

/** Returns the reader of a message of NETLINK_KOBJECT_UEVENT. */
const ueventReader: ReaderOf = ({ reading }, _at, bytes) => {
  const title = { name: 'uevent', family: undefined }
  return {
    ...title,
    read(lossless) {
      const payload = payloadAs([uevent], title, { bytes, start: 0, end: bytes.length }, { ...reading, lossless })
      const { action } = payload.value as Partial<Uevent>
      return action === undefined ? payload : { ...payload, name: `KOBJ_${action.toUpperCase()}` }
    },
  }
}

const messageReader: ReaderOf = ({ protocol, toKernel, reading }, { header }, bytes) => {
  const { type = 0, len = 0, flags = 0 } = header ?? {}
  const end = bytes.length
  const position = { protocol, toKernel, type, bytes, start: nlmsghdr.size, end }
  if (end < len) {
    const error = new DecodeError(`expected a message of ${len} bytes, got the first ${end} only`)
    return rawReader(position, reading, error)
  }
  return isControl(protocol, type) ? controlReader(position, flags, reading) : payloadReader(position, reading)
}

/** A payload, and the declaration that it should match. */
export interface DeclaredPayload {
  readonly declaration: Declaration<unknown>
  readonly bytes: Buffer
  readonly order: ByteOrder
  /** Offset of the payload. It ends where `bytes` end. */
  readonly start: number
}

/** Returns the payload of a message without decoding it, or undefined if no declaration applies. */
export const declaredPayload = (message: DissectedMessage): DeclaredPayload | undefined =>
  message instanceof LazyMessage ? message.declared : undefined

/** Reads nothing but the header until another property needs it: of most messages of a dump, only the header is used. */
class LazyMessage implements DissectedMessage {
  readonly header: Nlmsghdr | undefined
  readonly #datagram: DatagramParts
  readonly #at: MessagePosition
  readonly #readerOf: ReaderOf
  #bytes: Buffer | undefined
  #reader: PayloadReader | undefined
  #payload: Payload | undefined

  constructor(datagram: DatagramParts, at: MessagePosition, readerOf: ReaderOf) {
    this.header = at.header
    this.#datagram = datagram
    this.#at = at
    this.#readerOf = readerOf
  }

  /** Creates the reader, which depends on the messages before this one. */
  prepare(): PayloadReader {
    this.#reader ??= this.#readerOf(this.#datagram, this.#at, this.bytes)
    return this.#reader
  }

  get declared(): DeclaredPayload | undefined {
    const { declaration } = this.prepare()
    if (declaration === undefined) return undefined
    return { declaration, bytes: this.bytes, order: this.#datagram.reading.order, start: nlmsghdr.size }
  }

  get #decoded(): Payload {
    this.#payload ??= this.prepare().read(this.#datagram.reading.lossless)
    return this.#payload
  }

  get protocol(): string {
    return this.#datagram.protocolName
  }

  get toKernel(): boolean {
    return this.#datagram.toKernel
  }

  get bytes(): Buffer {
    this.#bytes ??= this.#datagram.bytes.subarray(this.#at.start, this.#at.end)
    return this.#bytes
  }

  get padding(): Buffer {
    return this.#datagram.bytes.subarray(this.#at.end, this.#at.next)
  }

  get type(): string {
    return this.header === undefined ? this.#decoded.name : this.prepare().name
  }

  get family(): string | undefined {
    const { family, familyInside } = this.prepare()
    return family ?? (familyInside ? this.#decoded.family : undefined)
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
    const payload = this.prepare().read(true)
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
    const { order, state } = this.#datagram.reading
    const spans = new SpanCollector(this.bytes, order, state.words)
    if (this.header) {
      spans.member(nlmsghdr.name, nlmsghdr, 0, nlmsghdr.size, { path: ['header'], depth: 0 })
      const isGeneric = this.protocol === 'NETLINK_GENERIC' && !isControl(NETLINK.GENERIC, this.header.type)
      nameHeader(spans.spans, this.header, this.type, isGeneric ? this.family : undefined)
    }
    this.#decoded.addSpans(spans, { path: ['value'], depth: 0 })
    return spans.spans
  }

  encode(): Buffer {
    return this.#encode(this.#decoded)
  }

  #encode(payload: Payload): Buffer {
    const out = output(Math.max(256, this.bytes.length))
    if (this.header) compile(nlmsghdr, { order: this.#datagram.reading.order }).encode(out, this.header)
    payload.encode(out)
    return written(out)
  }
}
