import {
  align,
  type ByteOrder,
  compile,
  DecodeError,
  type DescribeOptions,
  describe,
  i32,
  type Located,
  type Output,
} from '../codec/index.js'
import { append } from '../codec/output.js'
import type { Place } from '../codec/span.js'
import type { SpanCollector } from '../codec/span-collector.js'
import { errorName } from '../message/error.js'
import {
  type ExtendedAck,
  NETLINK,
  NLM_F_ACKED,
  NLMSG,
  type Nlmsghdr,
  nlmsgerrAttrs,
  nlmsghdr,
} from '../message/index.js'
import { nameHeader } from './flags-text.js'
import { controlName, errorsOf, isControl, type PayloadPosition, requestKey } from './known.js'
import {
  locate,
  type Payload,
  type PayloadReader,
  payloadReader,
  type Reading,
  rawPayload,
  rawReader,
} from './payload.js'
import type { RecentRequest } from './recent-requests.js'

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
  /** Path of the attribute that the request lacks, e.g. `linkinfo.data.id` (NLMSGERR_ATTR_MISS_TYPE and MISS_NEST). */
  readonly missing?: string
}

/** The value of NLMSG_DONE, which ends a dump. */
export interface DoneValue {
  /** Negated errno, or a number that the protocol defines. Older kernels send nothing. */
  readonly error?: number
  readonly code?: string
  readonly attrs?: ExtendedAck
}

/** Returns the header of the request inside the bytes of an NLMSG_ERROR, or undefined if they are too short. */
export const answeredHeader = (bytes: Buffer, order: ByteOrder): Nlmsghdr | undefined => {
  const at = nlmsghdr.size + i32.size
  return bytes.length < at + nlmsghdr.size ? undefined : compile(nlmsghdr, { order }).read(bytes, at)
}

/** Returns the reader of a control message, which is the same in every protocol: NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN. */
export function controlReader(position: PayloadPosition, flags: number, reading: Reading): PayloadReader {
  if (position.type === NLMSG.ERROR) return errorReader(position, flags, reading)
  if (position.type !== NLMSG.DONE || position.end - position.start < i32.size) return rawReader(position, reading)
  return readerWithRaw(position, reading, undefined, {
    read: (lossless) => readDone(position, flags, { ...reading, lossless }),
    addSpans: (spans, place) => addDone(spans, position, flags, place),
  })
}

/** Returns a reader whose payload is raw bytes if `read` throws. It has the spans up to the damage. */
const readerWithRaw = (
  position: PayloadPosition,
  reading: Reading,
  family: string | undefined,
  { read, addSpans }: { read(lossless: boolean): Payload } & Pick<Payload, 'addSpans'>,
): PayloadReader => ({
  name: controlName(position.type),
  family,
  read(lossless) {
    try {
      return read(lossless)
    } catch (error) {
      const problem = DecodeError.within(controlName(position.type), error) as Error
      return { ...rawPayload(position, reading, problem), addSpans }
    }
  },
})

/** Returns an error as a number and a name. */
const errorOf = (error: number, { protocol }: PayloadPosition) =>
  error < 0 ? { error, code: errorName(-error, errorsOf(protocol)) } : { error }

const hasExtended = ({ end }: PayloadPosition, start: number, flags: number) =>
  (flags & NLM_F_ACKED.ACK_TLVS) !== 0 && start < end

/** Decodes the attributes of the extended ack, if the flags announce them. Other bytes stay raw. */
function readExtended(position: PayloadPosition, start: number, flags: number, { order, lossless }: Reading) {
  const { bytes, end } = position
  if (!hasExtended(position, start, flags))
    return { encode: (out: Output) => append(out, bytes.subarray(Math.min(start, end), end)) }
  const codec = compile(nlmsgerrAttrs, { order, lossless })
  const attrs = codec.decode(bytes, start, end)
  return { attrs, encode: (out: Output) => codec.encode(out, attrs) }
}

/** Adds the spans of what follows the result, even if it is damaged. */
function addExtended(
  spans: SpanCollector,
  position: PayloadPosition,
  start: number,
  flags: number,
  place: Place,
): void {
  const path = [...place.path, 'attrs']
  if (hasExtended(position, start, flags)) spans.add(nlmsgerrAttrs, start, position.end, { ...place, path })
  else spans.rest('rest', start, position.end, place)
}

/** Adds the negated errno at the start of an error or of the end of a dump. */
function addErrno(spans: SpanCollector, position: PayloadPosition, place: Place): void {
  const { bytes, start } = position
  const error = compile(i32, { order: spans.order }).decode(bytes, start, start + i32.size)
  const at = { ...place, path: [...place.path, 'error'] }
  spans.member('error', i32, start, start + i32.size, at, undefined, error, errorOf(error, position).code)
}

function addDone(spans: SpanCollector, position: PayloadPosition, flags: number, place: Place): void {
  addErrno(spans, position, place)
  addExtended(spans, position, position.start + i32.size, flags, place)
}

function readDone(position: PayloadPosition, flags: number, reading: Reading): Payload {
  const { bytes, start } = position
  const number = compile(i32, { order: reading.order })
  const error = number.decode(bytes, start, start + i32.size)
  const { attrs, encode } = readExtended(position, start + i32.size, flags, reading)
  const value: DoneValue = { ...errorOf(error, position), ...(attrs && { attrs }) }
  return {
    name: controlName(position.type),
    family: undefined,
    value,
    describe: (options) => ({ ...value, ...(attrs && { attrs: describe(nlmsgerrAttrs, attrs, options) }) }),
    addSpans: (spans, place) => addDone(spans, position, flags, place),
    encode(out) {
      number.encode(out, error)
      encode(out)
    },
  }
}

/** The request inside an NLMSG_ERROR: its header, and the offsets of its payload and of the bytes after it. */
interface InnerRequest {
  readonly header: Nlmsghdr
  readonly start: number
  readonly end: number
  readonly behind: number
  /** True if the kernel repeated the payload. */
  readonly repeated: boolean
  readonly position: PayloadPosition
  readonly reader: PayloadReader
  /** The request as it was recorded before. */
  readonly recorded: RecentRequest | undefined
}

function innerRequest(position: PayloadPosition, flags: number, reading: Reading): InnerRequest {
  const start = position.start + i32.size + nlmsghdr.size
  const header = compile(nlmsghdr, { order: reading.order }).decode(position.bytes, position.start + i32.size, start)
  const claimed = start + Math.max(0, header.len - nlmsghdr.size)
  const repeated = (flags & NLM_F_ACKED.CAPPED) === 0 && claimed > start && claimed <= position.end
  const end = repeated ? claimed : start
  const inner: PayloadPosition = { ...position, toKernel: true, type: header.type, start, end }
  return {
    ...{ header, start, end, repeated, position: inner },
    behind: Math.min(position.end, position.start + align(end - position.start)),
    reader: isControl(position.protocol, header.type) ? rawReader(inner, reading) : payloadReader(inner, reading),
    recorded: reading.state.requests.get(requestKey(position.protocol, header)),
  }
}

/** Decodes the request inside an NLMSG_ERROR: its payload if present, and the padding. */
function readRequest(
  { header, start, end, behind, repeated, position, reader, recorded }: InnerRequest,
  reading: Reading,
) {
  const { name, family, value, error, describe, encode } = reader.read(reading.lossless)
  const answered: AnsweredRequest = {
    // Without a payload, the request's command is unknown. Take it from the request in the capture.
    type: (!repeated && recorded?.type) || name,
    family,
    header,
    ...(repeated && { value }),
    ...(repeated && error && { problem: error.message }),
  }
  const sent = repeated ? position.bytes.subarray(start - nlmsghdr.size, end) : recorded?.bytes
  return {
    answered,
    describe: (options?: DescribeOptions) => (repeated ? { ...answered, value: describe(options) } : answered),
    locate: (offset: number | undefined) =>
      sent && locate({ ...position, bytes: sent, start: nlmsghdr.size, end: sent.length }, reading, offset),
    encode(out: Output) {
      if (repeated) encode(out)
      append(out, position.bytes.subarray(end, behind))
    },
  }
}

function addError(
  spans: SpanCollector,
  position: PayloadPosition,
  flags: number,
  { header, start, end, behind, repeated, reader, recorded }: InnerRequest,
  place: Place,
): void {
  addErrno(spans, position, place)
  const head = start - nlmsghdr.size
  spans.around('request', head, end, { ...place, path: [...place.path, 'request'] }, ({ path, depth }) => {
    const first = spans.spans.length
    spans.member(nlmsghdr.name, nlmsghdr, head, start, { path: [...path, 'header'], depth })
    const isGeneric = position.protocol === NETLINK.GENERIC && !isControl(position.protocol, header.type)
    const { name, family } = reader
    nameHeader(spans.spans.slice(first), header, (!repeated && recorded?.type) || name, isGeneric ? family : undefined)
    if (repeated) reader.read(false).addSpans(spans, { path: [...path, 'value'], depth })
  })
  spans.rest('padding', end, behind, place)
  addExtended(spans, position, behind, flags, place)
}

function errorReader(position: PayloadPosition, flags: number, reading: Reading): PayloadReader {
  if (position.end - position.start < i32.size + nlmsghdr.size) return rawReader(position, reading)
  // Read at once, because the state changes: the next message may be the request's.
  const inner = innerRequest(position, flags, reading)
  const raw = readerWithRaw(position, reading, inner.reader.family, {
    read: (lossless) => readError(position, flags, inner, { ...reading, lossless }),
    addSpans: (spans, place) => addError(spans, position, flags, inner, place),
  })
  return { ...raw, familyInside: inner.reader.familyInside ?? false }
}

const missingIn = (nest: Located | undefined, type: number) =>
  [...(nest?.path ?? []), nest?.codec.keyOf?.(type) ?? `?${type}`].join('.')

function readError(position: PayloadPosition, flags: number, inner: InnerRequest, reading: Reading): Payload {
  const { bytes, start } = position
  const number = compile(i32, { order: reading.order })
  const error = number.decode(bytes, start, start + i32.size)
  const request = readRequest(inner, reading)
  const { attrs, encode } = readExtended(position, inner.behind, flags, reading)
  const attribute = attrs?.offs === undefined ? undefined : request.locate(attrs.offs)?.path.join('.')
  const missing = attrs?.missType === undefined ? undefined : missingIn(request.locate(attrs.missNest), attrs.missType)
  const value: ErrorValue = {
    ...errorOf(error, position),
    request: request.answered,
    ...(attrs && { attrs }),
    ...(attribute && { attribute }),
    ...(missing && { missing }),
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
    addSpans: (spans, place) => addError(spans, position, flags, inner, place),
    encode(out) {
      number.encode(out, error)
      compile(nlmsghdr, { order: reading.order }).encode(out, inner.header)
      request.encode(out)
      encode(out)
    },
  }
}
