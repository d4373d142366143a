import { type CapturedDatagram, PACKET } from '../capture/index.js'
import { compile } from '../codec/index.js'
import {
  type NetlinkMessage,
  NLM_F,
  NLM_F_DUMP,
  NLMSG,
  NLMSG_MIN_TYPE,
  nlmsghdr,
  parseMessages,
} from '../message/index.js'
import { rtnetlink } from '../route/index.js'

/** A recorded request and its answers. */
export interface RecordedRequest {
  readonly protocol: number
  readonly nlmsg: NetlinkMessage
  /** Port id of the socket that sent it. 0 if it is unknown: the request does not contain it, and no answer was found yet. */
  port: number
  readonly answers: Buffer[]
  /** True if all its answers were recorded. */
  complete: boolean
  replayed: boolean
}

/** A recorded notification. */
export interface RecordedNotification {
  readonly protocol: number
  readonly bytes: Buffer
  /** Its first message. */
  readonly nlmsg: NetlinkMessage
  /** The last request before it. */
  readonly after: RecordedRequest | undefined
}

/** The contents of a capture, in the order of the capture. */
export interface Recording {
  readonly requests: readonly RecordedRequest[]
  readonly notifications: readonly RecordedNotification[]
}

const isDump = ({ flags }: NetlinkMessage) => (flags & NLM_F_DUMP) === NLM_F_DUMP
const isAcked = ({ flags }: NetlinkMessage) => (flags & NLM_F.ACK) !== 0
const isEchoed = ({ flags }: NetlinkMessage) => (flags & NLM_F.ECHO) !== 0
const isControl = ({ type }: NetlinkMessage) => type < NLMSG_MIN_TYPE
const isChange = (protocol: number, { type }: NetlinkMessage) =>
  protocol === rtnetlink.number && rtnetlink.byType(type)?.isGet === false

/** On nlmon, both directions have the same packet type. Only requests are sent to the kernel, and it sends none. */
const isToKernel = (packetType: number, { flags, type }: NetlinkMessage) =>
  packetType === PACKET.KERNEL ||
  (packetType === PACKET.OUTGOING && (flags & NLM_F.REQUEST) !== 0 && type >= NLMSG_MIN_TYPE)

/**
 * True if a message answers a request. It has the sequence number and the port id of the request. Notifications about the
 * change have them too, so they are excluded.
 */
function isAnswer({ protocol, nlmsg, answers }: RecordedRequest, reply: NetlinkMessage, bytes: Buffer): boolean {
  if (isControl(reply) || !isChange(protocol, nlmsg)) return true
  // With NLM_F_ECHO, the first copy goes to the sender of the request.
  return isEchoed(nlmsg) && !answers.some((answer) => answer.equals(bytes))
}

/** True if a message is the last answer to a request. */
function isLast({ nlmsg }: RecordedRequest, reply: NetlinkMessage): boolean {
  if (reply.type === NLMSG.ERROR) return true
  if (isDump(nlmsg)) return reply.type === NLMSG.DONE
  return !isAcked(nlmsg) && !isControl(reply) && (reply.flags & NLM_F.MULTI) === 0
}

/** True if a request has no answers. */
const isSilent = (protocol: number, nlmsg: NetlinkMessage) =>
  isChange(protocol, nlmsg) && !isAcked(nlmsg) && !isEchoed(nlmsg)

/** Divides a capture into requests, answers and notifications. @throws {DecodeError} if a datagram is not valid netlink */
export function readRecording(capture: Iterable<CapturedDatagram>): Recording {
  const requests: RecordedRequest[] = []
  const notifications: RecordedNotification[] = []
  const open = new Map<string, RecordedRequest[]>()

  const addRequest = (protocol: number, nlmsg: NetlinkMessage) => {
    const complete = isSilent(protocol, nlmsg)
    const request = { protocol, nlmsg, port: nlmsg.pid, answers: [], complete, replayed: false }
    requests.push(request)
    const key = `${protocol} ${nlmsg.seq}`
    open.set(key, [request, ...(open.get(key) ?? [])])
  }
  const addReply = (protocol: number, bytes: Buffer, all: readonly NetlinkMessage[]) => {
    const [first] = all
    if (first === undefined) return
    const request = open.get(`${protocol} ${first.seq}`)?.find(({ port }) => port === 0 || port === first.pid)
    if (request && isAnswer(request, first, bytes)) {
      request.port = first.pid
      request.answers.push(bytes)
      request.complete ||= all.some((each) => isLast(request, each))
    } else if (!isControl(first)) notifications.push({ protocol, bytes, nlmsg: first, after: requests.at(-1) })
  }
  for (const { protocol, packetType, bytes } of capture) {
    const all = [...parseMessages(bytes)]
    const [first] = all
    if (first && isToKernel(packetType, first)) for (const nlmsg of all) addRequest(protocol, nlmsg)
    else addReply(protocol, bytes, all)
  }
  return { requests, notifications }
}

/** True if two requests are equal except for their sequence numbers and port ids. */
export const isSameRequest = (one: NetlinkMessage, other: NetlinkMessage) =>
  one.type === other.type &&
  one.flags === other.flags &&
  one.bytes.subarray(one.start, one.end).equals(other.bytes.subarray(other.start, other.end))

/** Returns a copy of an answer, with the sequence number and the port id of another request. */
export function readdressed(answer: Buffer, seq: number, pid: number): Buffer {
  const bytes = Buffer.from(answer)
  const header = compile(nlmsghdr)
  for (const { start, len, type, flags } of parseMessages(answer))
    header.write(bytes, start - nlmsghdr.size, { len, type, flags, seq, pid })
  return bytes
}
