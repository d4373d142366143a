import {
  align,
  type ByteOrder,
  compile,
  DecodeError,
  type DescribeOptions,
  describe,
  i32,
  type Output,
} from '../codec/index.js'
import { append } from '../codec/output.js'
import { errorName } from '../message/error.js'
import { type ExtendedAck, NLM_F_ACKED, NLMSG, type Nlmsghdr, nlmsgerrAttrs, nlmsghdr } from '../message/index.js'
import { controlName, errorsOf, isControl, type PayloadPosition, requestKey } from './known.js'
import { locate, type Payload, type Reading, rawPayload, readPayload } from './payload.js'

/** The request to which an NLMSG_ERROR belongs. */
export interface AnsweredRequest {
  /** Name of the request, e.g. `RTM_NEWLINK`. */
  readonly type: string
  readonly family: string | undefined
  readonly header: Nlmsghdr
  /** Payload of the request. Absent if the kernel did not repeat it. */
  readonly value?: unknown
  /** Reason why the payload could not be decoded. That can also be the reason of the kernel's error. */
  readonly problem?: string
}

/** The value of NLMSG_ERROR: `struct nlmsgerr`, linux/netlink.h, and the extended ack. */
export interface ErrorValue {
  /** Negated errno; 0 for an ack. */
  readonly error: number
  /** Name of the error, e.g. `EEXIST`. Absent for an ack. */
  readonly code?: string
  readonly request: AnsweredRequest
  /** Attributes of the extended ack. */
  readonly attrs?: ExtendedAck
  /** Path of the attribute that the kernel refused, e.g. `linkinfo.data.id` (NLMSGERR_ATTR_OFFS). */
  readonly attribute?: string
}

/** The value of NLMSG_DONE, which ends a dump. */
export interface DoneValue {
  /** Negated errno, or a number that the protocol defines. Older kernels send nothing. */
  readonly error?: number
  readonly code?: string
  readonly attrs?: ExtendedAck
}

/** Decodes control messages, which are the same in every protocol: NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN. */
export function readControl(position: PayloadPosition, flags: number, reading: Reading): Payload {
  try {
    if (position.type === NLMSG.ERROR) return readError(position, flags, reading)
    return position.type === NLMSG.DONE ? readDone(position, flags, reading) : rawPayload(position, reading)
  } catch (error) {
    return rawPayload(position, reading, DecodeError.within(controlName(position.type), error) as Error)
  }
}

/** Returns an error as a number and a name. */
const errorOf = (error: number, { protocol }: PayloadPosition) =>
  error < 0 ? { error, code: errorName(-error, errorsOf(protocol)) } : { error }

/** Decodes the attributes of the extended ack, if the flags announce them. Other bytes stay raw. */
function readExtended({ bytes, end }: PayloadPosition, start: number, flags: number, order: ByteOrder) {
  if ((flags & NLM_F_ACKED.ACK_TLVS) === 0 || start >= end)
    return { encode: (out: Output) => append(out, bytes.subarray(Math.min(start, end), end)) }
  const codec = compile(nlmsgerrAttrs, { order, lossless: true })
  const attrs = codec.decode(bytes, start, end)
  return { attrs, encode: (out: Output) => codec.encode(out, attrs) }
}

function readDone(position: PayloadPosition, flags: number, reading: Reading): Payload {
  const { bytes, start, end } = position
  if (end - start < i32.size) return rawPayload(position, reading)
  const number = compile(i32, { order: reading.order })
  const error = number.decode(bytes, start, start + i32.size)
  const { attrs, encode } = readExtended(position, start + i32.size, flags, reading.order)
  const value: DoneValue = { ...errorOf(error, position), ...(attrs && { attrs }) }
  return {
    name: controlName(position.type),
    family: undefined,
    value,
    describe: (options) => ({ ...value, ...(attrs && { attrs: describe(nlmsgerrAttrs, attrs, options) }) }),
    encode(out) {
      number.encode(out, error)
      encode(out)
    },
  }
}

/** Decodes the request inside an NLMSG_ERROR: its header, its payload if present, and the padding. */
function readRequest(position: PayloadPosition, flags: number, header: Nlmsghdr, reading: Reading) {
  const start = position.start + i32.size + nlmsghdr.size
  const claimed = start + Math.max(0, header.len - nlmsghdr.size)
  const repeated = (flags & NLM_F_ACKED.CAPPED) === 0 && claimed > start && claimed <= position.end
  const end = repeated ? claimed : start
  const inner: PayloadPosition = { ...position, toKernel: true, type: header.type, start, end }
  const { name, family, value, error, describe, encode } = isControl(header.type)
    ? rawPayload(inner, reading)
    : readPayload(inner, reading)
  const answered: AnsweredRequest = {
    // Without a payload, the request's command is unknown. Take it from the request in the capture.
    type: (!repeated && reading.state.requests.get(requestKey(position.protocol, header))?.type) || name,
    family,
    header,
    ...(repeated && { value }),
    ...(repeated && error && { problem: error.message }),
  }
  const behind = Math.min(position.end, position.start + align(end - position.start))
  const padding = position.bytes.subarray(end, behind)
  const sent = repeated
    ? position.bytes.subarray(start - nlmsghdr.size, end)
    : reading.state.requests.get(requestKey(position.protocol, header))?.bytes
  return {
    answered,
    behind,
    describe: (options?: DescribeOptions) => (repeated ? { ...answered, value: describe(options) } : answered),
    locate: (offset: number) =>
      sent && locate({ ...inner, bytes: sent, start: nlmsghdr.size, end: sent.length }, reading, offset),
    encode(out: Output) {
      if (repeated) encode(out)
      append(out, padding)
    },
  }
}

function readError(position: PayloadPosition, flags: number, reading: Reading): Payload {
  const { bytes, start, end } = position
  if (end - start < i32.size + nlmsghdr.size) return rawPayload(position, reading)
  const number = compile(i32, { order: reading.order })
  const head = compile(nlmsghdr, { order: reading.order })
  const error = number.decode(bytes, start, start + i32.size)
  const header = head.decode(bytes, start + i32.size, start + i32.size + nlmsghdr.size)
  const request = readRequest(position, flags, header, reading)
  const { attrs, encode } = readExtended(position, request.behind, flags, reading.order)
  const attribute = attrs?.offs === undefined ? undefined : request.locate(attrs.offs)
  const value: ErrorValue = {
    ...errorOf(error, position),
    request: request.answered,
    ...(attrs && { attrs }),
    ...(attribute && { attribute }),
  }
  return {
    name: controlName(position.type),
    family: request.answered.family,
    value,
    describe: (options) => ({
      ...value,
      request: request.describe(options),
      ...(attrs && { attrs: describe(nlmsgerrAttrs, attrs, options) }),
    }),
    encode(out) {
      number.encode(out, error)
      head.encode(out, header)
      request.encode(out)
      encode(out)
    },
  }
}
