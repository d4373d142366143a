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

/** A request of a recording, and what came of it. */
export interface RecordedRequest {
  readonly protocol: number
  readonly nlmsg: NetlinkMessage
  /** Of the socket that asked; 0 where the request does not tell and nothing has answered yet. */
  port: number
  readonly answers: Buffer[]
  /** All its answers were recorded. */
  complete: boolean
  replayed: boolean
}

/** Something that a group was told. */
export interface RecordedNotification {
  readonly protocol: number
  readonly bytes: Buffer
  /** Its first message. */
  readonly nlmsg: NetlinkMessage
  /** The last request before it. */
  readonly behind: RecordedRequest | undefined
}

/** What was recorded, in its order. */
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

/** An nlmon device marks all alike; but the kernel takes requests alone, and answers with none. */
const isToKernel = (packetType: number, { flags, type }: NetlinkMessage) =>
  packetType === PACKET.KERNEL ||
  (packetType === PACKET.OUTGOING && (flags & NLM_F.REQUEST) !== 0 && type >= NLMSG_MIN_TYPE)

/** Whether what has a request's number and port answers it: groups are told of a change under the same. */
function answers({ protocol, nlmsg, answers }: RecordedRequest, told: NetlinkMessage, bytes: Buffer): boolean {
  if (isControl(told) || !isChange(protocol, nlmsg)) return true
  // With NLM_F_ECHO who has asked is told once, before all others.
  return isEchoed(nlmsg) && !answers.some((answer) => answer.equals(bytes))
}

/** Whether all has come that a request brings. */
function isLast({ nlmsg }: RecordedRequest, told: NetlinkMessage): boolean {
  if (told.type === NLMSG.ERROR) return true
  if (isDump(nlmsg)) return told.type === NLMSG.DONE
  return !isAcked(nlmsg) && !isControl(told) && (told.flags & NLM_F.MULTI) === 0
}

/** Whether nothing at all is expected to come. */
const isSilent = (protocol: number, nlmsg: NetlinkMessage) =>
  isChange(protocol, nlmsg) && !isAcked(nlmsg) && !isEchoed(nlmsg)

/**
 * Sorts a capture into requests, answers and notifications.
 * @throws {DecodeError} where a datagram is no netlink
 */
export function readRecording(capture: Iterable<CapturedDatagram>): Recording {
  const requests: RecordedRequest[] = []
  const notifications: RecordedNotification[] = []
  const open = new Map<string, RecordedRequest[]>()

  const take = (protocol: number, nlmsg: NetlinkMessage) => {
    const complete = isSilent(protocol, nlmsg)
    const request = { protocol, nlmsg, port: nlmsg.pid, answers: [], complete, replayed: false }
    requests.push(request)
    const key = `${protocol} ${nlmsg.seq}`
    open.set(key, [request, ...(open.get(key) ?? [])])
  }
  const tell = (protocol: number, bytes: Buffer, all: readonly NetlinkMessage[]) => {
    const [first] = all
    if (first === undefined) return
    const asked = open.get(`${protocol} ${first.seq}`)?.find(({ port }) => port === 0 || port === first.pid)
    if (asked && answers(asked, first, bytes)) {
      asked.port = first.pid
      asked.answers.push(bytes)
      asked.complete ||= all.some((each) => isLast(asked, each))
    } else if (!isControl(first)) notifications.push({ protocol, bytes, nlmsg: first, behind: requests.at(-1) })
  }
  for (const { protocol, packetType, bytes } of capture) {
    const all = [...parseMessages(bytes)]
    const [first] = all
    if (first && isToKernel(packetType, first)) for (const nlmsg of all) take(protocol, nlmsg)
    else tell(protocol, bytes, all)
  }
  return { requests, notifications }
}

/** Whether two requests are the same, sequence and port apart. */
export const isSameRequest = (one: NetlinkMessage, other: NetlinkMessage) =>
  one.type === other.type &&
  one.flags === other.flags &&
  one.bytes.subarray(one.start, one.end).equals(other.bytes.subarray(other.start, other.end))

/** An answer, under the number and port of another request. */
export function readdressed(answer: Buffer, seq: number, pid: number): Buffer {
  const bytes = Buffer.from(answer)
  const header = compile(nlmsghdr)
  for (const { start, len, type, flags } of parseMessages(answer))
    header.write(bytes, start - nlmsghdr.size, { len, type, flags, seq, pid })
  return bytes
}
