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
import { isControl, type Place, protocolName } from './known.js'
import { type Payload, payloadAs, type Reading, rawPayload, readPayload } from './payload.js'
import { countUnknown } from './unknown.js'

/** One message of a datagram, read. */
export interface DissectedMessage {
  /** e.g. `NETLINK_ROUTE` */
  readonly protocol: string
  /** e.g. `RTM_NEWLINK`; of generic netlink the command. `NETLINK_ROUTE:200` or `thermal:3` where we have no name. */
  readonly type: string
  /** Of generic netlink the family's name, of other protocols that of the address family in the message's header. */
  readonly family: string | undefined
  readonly toKernel: boolean
  /** Of all but uevents, which have none. */
  readonly header?: Nlmsghdr
  /** What the payload says; its bytes where no row says what they are, or where they do not fit. */
  readonly value: unknown
  /** What read the value: nothing for control messages, and for what could not be read. */
  readonly declaration?: Declaration<unknown>
  /** How many attributes had no row. A payload that is kept raw as a whole counts as one. */
  readonly unknown: number
  /** True where header and value, encoded again, give the same bytes. */
  readonly roundtrip: boolean
  /** Why the payload could not be read. */
  readonly error?: Error
  /** The message as it came. */
  readonly bytes: Buffer
  /** What is between this message and the next. */
  readonly padding: Buffer
  /** Returns the value with words for its numbers: `RTN_UNICAST`, `UP|LOWER_UP`. See `describe` of the codec. */
  describe(options?: DescribeOptions): unknown
  /** Header and value, encoded again. @throws {EncodeError} where the value was changed to one that does not fit */
  encode(): Buffer
}

/** A message's place in its datagram. */
export interface MessagePlace {
  readonly protocol: number
  readonly toKernel: boolean
  readonly bytes: Buffer
  readonly header: Nlmsghdr
  /** Of the header. */
  readonly start: number
  /** Of the payload. */
  readonly end: number
  /** Of the next message. */
  readonly next: number
}

/** Reads one message. Never throws for what the bytes are. */
export function readMessage(at: MessagePlace, reading: Reading): DissectedMessage {
  const { protocol, toKernel, bytes, header, start, end, next } = at
  const place = { protocol, toKernel, type: header.type, bytes, start: start + nlmsghdr.size, end }
  const writeHeader = (out: Output) => compile(nlmsghdr, { order: reading.order }).encode(out, header)
  return {
    ...dissected(protocol, toKernel, payloadOf(place, at, reading), bytes.subarray(start, end), writeHeader),
    header,
    padding: bytes.subarray(end, next),
  }
}

/** Reads a datagram of NETLINK_KOBJECT_UEVENT, which is one message without a header. */
export function readUevent(toKernel: boolean, bytes: Buffer, order: ByteOrder): DissectedMessage {
  const payload = payloadAs([uevent], { name: 'uevent', family: undefined }, bytes, order)
  const { action } = payload.value as Partial<Uevent>
  const name = action === undefined ? 'uevent' : `KOBJ_${action.toUpperCase()}`
  const message = dissected(NETLINK_KOBJECT_UEVENT, toKernel, { ...payload, name }, bytes, () => {})
  return { ...message, padding: bytes.subarray(bytes.length) }
}

/** What a payload and what is before it make. */
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

function payloadOf(place: Place, { header }: MessagePlace, reading: Reading): Payload {
  const there = place.end - place.start + nlmsghdr.size
  if (there < header.len) {
    const error = new DecodeError(`expected a message of ${header.len} bytes, got the first ${there} only`)
    return rawPayload(place, reading, error)
  }
  return isControl(place.type) ? readControl(place, header.flags, reading) : readPayload(place, reading)
}

const unknownIn = ({ value }: Payload) =>
  value instanceof Uint8Array ? Math.min(1, value.length) : countUnknown(value)

function isSame(bytes: Buffer, encode: () => Buffer): boolean {
  try {
    return bytes.equals(encode())
  } catch {
    // Whoever calls encode() gets the error itself.
    return false
  }
}
