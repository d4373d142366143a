import {
  type ByteOrder,
  compile,
  type Declaration,
  DecodeError,
  type DescribeOptions,
  type Output,
} from '../codec/index.js'
import { output, written } from '../codec/output.js'
import { type Nlmsghdr, nlmsghdr } from '../message/index.js'
import { NETLINK_KOBJECT_UEVENT, type Uevent, uevent } from '../uevent/index.js'
import { readControl } from './control.js'
import { isControl, type PayloadPosition, protocolName } from './known.js'
import { type Payload, payloadAs, type Reading, rawPayload, readPayload } from './payload.js'
import { countUnknown } from './unknown.js'

/** A dissected message. */
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
  /** The message header. Absent for uevents, which have none. */
  readonly header?: Nlmsghdr
  /** The decoded payload, or its bytes if it cannot be decoded. */
  readonly value: unknown
  /** Declaration of the value. Absent for control messages and payloads that cannot be decoded. */
  readonly declaration?: Declaration<unknown>
  /** Number of undecoded attributes. A payload that could not be decoded counts as one. */
  readonly unknown: number
  /** True if encoding header and value gives the received bytes. */
  readonly roundtrip: boolean
  /** Reason why the payload could not be decoded. */
  readonly error?: Error
  /** The received bytes of the message. */
  readonly bytes: Buffer
  /** Bytes between this message and the next one. */
  readonly padding: Buffer
  /**
   * Returns the value with the names of constants instead of numbers: `RTN_UNICAST`, `UP|LOWER_UP`. See `describe` of
   * `@netloom/netlink/codec`.
   */
  describe(options?: DescribeOptions): unknown
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
  const position = { protocol, toKernel, type: header.type, bytes, start: start + nlmsghdr.size, end }
  const writeHeader = (out: Output) => compile(nlmsghdr, { order: reading.order }).encode(out, header)
  return {
    ...dissected(protocol, toKernel, payloadOf(position, at, reading), bytes.subarray(start, end), writeHeader),
    header,
    padding: bytes.subarray(end, next),
  }
}

/** Dissects a datagram of NETLINK_KOBJECT_UEVENT. It contains one message without a header. */
export function readUevent(toKernel: boolean, bytes: Buffer, order: ByteOrder): DissectedMessage {
  const payload = payloadAs([uevent], { name: 'uevent', family: undefined }, bytes, order)
  const { action } = payload.value as Partial<Uevent>
  const name = action === undefined ? 'uevent' : `KOBJ_${action.toUpperCase()}`
  const message = dissected(NETLINK_KOBJECT_UEVENT, toKernel, { ...payload, name }, bytes, () => {})
  return { ...message, padding: bytes.subarray(bytes.length) }
}

/** Creates the dissected message from its header and payload. */
function dissected(
  protocol: number,
  toKernel: boolean,
  payload: Payload,
  bytes: Buffer,
  writeHeader: (out: Output) => void,
): Omit<DissectedMessage, 'padding'> {
  const encode = () => {
    const out = output(Math.max(256, bytes.length))
    writeHeader(out)
    payload.encode(out)
    return written(out)
  }
  const { name: type, family, value, declaration, error, describe } = payload
  return {
    ...{ protocol: protocolName(protocol), type, family, toKernel, value, bytes, describe, encode },
    ...(declaration && { declaration }),
    ...(error && { error }),
    unknown: unknownIn(payload),
    roundtrip: error === undefined && isSame(bytes, encode),
  }
}

function payloadOf(position: PayloadPosition, { header }: MessagePosition, reading: Reading): Payload {
  const there = position.end - position.start + nlmsghdr.size
  if (there < header.len) {
    const error = new DecodeError(`expected a message of ${header.len} bytes, got the first ${there} only`)
    return rawPayload(position, reading, error)
  }
  return isControl(position.type) ? readControl(position, header.flags, reading) : readPayload(position, reading)
}

const unknownIn = ({ value }: Payload) =>
  value instanceof Uint8Array ? Math.min(1, value.length) : countUnknown(value)

function isSame(bytes: Buffer, encode: () => Buffer): boolean {
  try {
    return bytes.equals(encode())
  } catch {
    // `encode()` throws the error to its caller.
    return false
  }
}
