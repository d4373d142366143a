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
import { errnoName } from '../errno.js'
import { type ExtendedAck, NLM_F_ACKED, NLMSG, type Nlmsghdr, nlmsgerrAttrs, nlmsghdr } from '../message/index.js'
import { controlName, isControl, type Place, requestKey } from './known.js'
import { locate, type Payload, type Reading, rawPayload, readPayload } from './payload.js'

/** The request that an NLMSG_ERROR answers. */
export interface AnsweredRequest {
  /** e.g. `RTM_NEWLINK` */
  readonly type: string
  readonly family: string | undefined
  readonly header: Nlmsghdr
  /** What was asked; left out where the kernel was told not to repeat it, or had no reason to. */
  readonly value?: unknown
  /** Why `value` is raw: maybe just what the kernel refused. */
  readonly problem?: string
}

/** `struct nlmsgerr`, linux/netlink.h, and the extended ack behind it; the value of NLMSG_ERROR */
export interface ErrorValue {
  /** A negative errno; 0 for an ack. */
  readonly error: number
  /** e.g. `EEXIST`; left out for an ack. */
  readonly code?: string
  readonly request: AnsweredRequest
  /** The extended ack. */
  readonly attrs?: ExtendedAck
  /** The keys to the attribute of the request that the kernel did not like, e.g. `linkinfo.data.id` (NLMSGERR_ATTR_OFFS). */
  readonly attribute?: string
}

/** The value of NLMSG_DONE: how a dump ended. */
export interface DoneValue {
  /** A negative errno, or what the protocol tells at the end; older kernels send nothing. */
  readonly error?: number
  readonly code?: string
  readonly attrs?: ExtendedAck
}

/** Reads NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN and what else means the same in every protocol. */
export function readControl(place: Place, flags: number, reading: Reading): Payload {
  try {
    if (place.type === NLMSG.ERROR) return readError(place, flags, reading)
    return place.type === NLMSG.DONE ? readDone(place, flags, reading) : rawPayload(place, reading)
  } catch (error) {
    return rawPayload(place, reading, DecodeError.within(controlName(place.type), error) as Error)
  }
}

/** An errno as both ways of saying it. */
const errnoOf = (error: number) => (error < 0 ? { error, code: errnoName(-error) } : { error })

/** What is behind an ack: attributes if its header says so, else bytes as they are. */
function readExtended({ bytes, end }: Place, start: number, flags: number, order: ByteOrder) {
  if ((flags & NLM_F_ACKED.ACK_TLVS) === 0 || start >= end)
    return { encode: (out: Output) => append(out, bytes.subarray(Math.min(start, end), end)) }
  const codec = compile(nlmsgerrAttrs, { order, lossless: true })
  const attrs = codec.decode(bytes, start, end)
  return { attrs, encode: (out: Output) => codec.encode(out, attrs) }
}

function readDone(place: Place, flags: number, reading: Reading): Payload {
  const { bytes, start, end } = place
  if (end - start < i32.size) return rawPayload(place, reading)
  const number = compile(i32, { order: reading.order })
  const error = number.decode(bytes, start, start + i32.size)
  const { attrs, encode } = readExtended(place, start + i32.size, flags, reading.order)
  const value: DoneValue = { ...errnoOf(error), ...(attrs && { attrs }) }
  return {
    name: controlName(place.type),
    family: undefined,
    value,
    describe: (options) => ({ ...value, ...(attrs && { attrs: describe(nlmsgerrAttrs, attrs, options) }) }),
    encode(out) {
      number.encode(out, error)
      encode(out)
    },
  }
}

/** The request in an NLMSG_ERROR: its payload, where it is there, and the padding behind. */
function readRequest(place: Place, flags: number, header: Nlmsghdr, reading: Reading) {
  const start = place.start + i32.size + nlmsghdr.size
  const claimed = start + Math.max(0, header.len - nlmsghdr.size)
  const repeated = (flags & NLM_F_ACKED.CAPPED) === 0 && claimed > start && claimed <= place.end
  const end = repeated ? claimed : start
  const inner: Place = { ...place, toKernel: true, type: header.type, start, end }
  const { name, family, value, error, describe, encode } = isControl(header.type)
    ? rawPayload(inner, reading)
    : readPayload(inner, reading)
  const answered: AnsweredRequest = {
    // Of an empty payload of generic netlink nothing tells the command.
    type: (!repeated && reading.learnt.requests.get(requestKey(place.protocol, header))?.type) || name,
    family,
    header,
    ...(repeated && { value }),
    ...(repeated && error && { problem: error.message }),
  }
  const behind = Math.min(place.end, place.start + align(end - place.start))
  const padding = place.bytes.subarray(end, behind)
  const sent = repeated
    ? place.bytes.subarray(start - nlmsghdr.size, end)
    : reading.learnt.requests.get(requestKey(place.protocol, header))?.bytes
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

function readError(place: Place, flags: number, reading: Reading): Payload {
  const { bytes, start, end } = place
  if (end - start < i32.size + nlmsghdr.size) return rawPayload(place, reading)
  const number = compile(i32, { order: reading.order })
  const head = compile(nlmsghdr, { order: reading.order })
  const error = number.decode(bytes, start, start + i32.size)
  const header = head.decode(bytes, start + i32.size, start + i32.size + nlmsghdr.size)
  const request = readRequest(place, flags, header, reading)
  const { attrs, encode } = readExtended(place, request.behind, flags, reading.order)
  const attribute = attrs?.offs === undefined ? undefined : request.locate(attrs.offs)
  const value: ErrorValue = {
    ...errnoOf(error),
    request: request.answered,
    ...(attrs && { attrs }),
    ...(attribute && { attribute }),
  }
  return {
    name: controlName(place.type),
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
