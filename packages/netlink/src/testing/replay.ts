import { readFileSync } from 'node:fs'
import { readCapture } from '../capture/index.js'
import { type NetlinkMessage, NLM_F, parseMessages } from '../message/index.js'
import { rtnetlink } from '../route/index.js'
import type { SocketFactory } from '../socket/transport.js'
import { TestingError } from './error.js'
import { groupOf } from './group-of.js'
import {
  isSameRequest,
  type RecordedNotification,
  type RecordedRequest,
  readdressed,
  readRecording,
} from './recording.js'
import { type Host, hostOf, type Socket } from './socket.js'

/** A socket factory whose sockets answer as a recording has it. */
export interface Replay extends SocketFactory {
  /** Ends the test: all that was recorded was asked for. @throws {TestingError} */
  done(): void
}

/**
 * Replays a capture, which `capture: 'file.pcap'` on a connection records, or any other of netlink. A request that equals a
 * recorded one, sequence and port apart, is answered as that was; each recorded one once, in their order. Notifications come
 * behind the request that they were recorded behind, as soon as somebody has joined their group.
 *
 * What was lost (`ENOBUFS`), or asked again as it was too large, is not in a capture.
 * @param capture the path of a file, or what is in it
 * @throws {DecodeError} where it is no capture of netlink
 */
export function replay(capture: string | Uint8Array): Replay {
  const { requests, notifications } = readRecording(
    readCapture(typeof capture === 'string' ? readFileSync(capture) : capture),
  )
  const waiting = [...notifications]
  const host: Host = hostOf({
    send(socket, datagram) {
      for (const nlmsg of parseMessages(datagram)) {
        const recorded = find(requests, socket, nlmsg)
        recorded.replayed = true
        for (const answer of recorded.answers) {
          const bytes = readdressed(answer, nlmsg.seq, socket.port)
          // Only where it was asked for is an echo marked as if it went to its group (`nlmsg_notify`).
          socket.inbox.put({ bytes, group: echoGroup(recorded, nlmsg), nsid: undefined })
        }
        tell()
      }
    },
    joined: () => tell(),
  })
  const members = ({ protocol, nlmsg }: RecordedNotification) => {
    const group = protocol === rtnetlink.number ? groupOf(nlmsg.type, nlmsg.bytes[nlmsg.start] ?? 0) : undefined
    const all = [...host.sockets].filter((socket) => socket.protocol === protocol)
    return all.flatMap((socket) => {
      const [first] = socket.groups
      const joined = group === undefined ? first : socket.groups.has(group) ? group : undefined
      return joined === undefined ? [] : [{ socket, group: joined }]
    })
  }
  const told = copies()
  /** Each copy of a datagram went to another socket that heard it. */
  const tell = () => {
    for (const notification of [...waiting]) {
      const { behind, bytes } = notification
      if (behind?.replayed === false) return
      const member = told.next(bytes, members(notification))
      if (member === undefined) continue
      waiting.splice(waiting.indexOf(notification), 1)
      member.socket.inbox.put({ bytes, group: member.group, nsid: undefined })
    }
  }
  return {
    ...host.socketFactory,
    done() {
      const left = requests.filter(({ replayed, complete }) => !replayed && complete)
      const [next] = left
      if (next === undefined) return
      throw new TestingError(
        'ERR_NETLINK_SCRIPT_UNFINISHED',
        `expected all that was recorded to be asked for, got nothing like ${nameOf(next.protocol, next.nlmsg)} (${left.length} left)`,
      )
    },
  }
}

const nameOf = (protocol: number, { type, flags, bytes, start, end }: NetlinkMessage) => {
  const name = protocol === rtnetlink.number ? rtnetlink.byType(type)?.name : undefined
  const payload = bytes.toString('hex', start, Math.min(end, start + 64))
  return `${name ?? `type ${type} of protocol ${protocol}`} (flags 0x${flags.toString(16)}, payload ${payload})`
}

/** The recorded request that one equals. @throws {TestingError} */
function find(requests: readonly RecordedRequest[], { protocol }: Socket, nlmsg: NetlinkMessage): RecordedRequest {
  const same = requests.filter((each) => each.protocol === protocol && isSameRequest(each.nlmsg, nlmsg))
  const left = same.filter(({ replayed }) => !replayed)
  // Of what was asked again as it failed, what came in the end.
  const found = left.find(({ complete }) => complete) ?? left[0]
  if (found) return found
  const got = nameOf(protocol, nlmsg)
  throw new TestingError(
    'ERR_NETLINK_NOT_RECORDED',
    same.length === 0
      ? `expected one of ${requests.length} recorded requests, got ${got}`
      : `expected no more than the ${same.length} that were recorded, got one more ${got}`,
  )
}

function echoGroup({ protocol }: RecordedRequest, { type, flags, bytes, start }: NetlinkMessage): number {
  return protocol === rtnetlink.number && (flags & NLM_F.ECHO) !== 0 ? (groupOf(type, bytes[start] ?? 0) ?? 0) : 0
}

/** Deals the copies of datagrams that are the same to those who listen. */
function copies() {
  const counts = new Map<string, Map<Socket, number>>()
  return {
    /** Who had the fewest so far. */
    next<T extends { socket: Socket }>(bytes: Buffer, members: readonly T[]): T | undefined {
      const key = bytes.toString('latin1')
      const had = counts.get(key) ?? new Map<Socket, number>()
      const countOf = ({ socket }: T) => had.get(socket) ?? 0
      const [first, ...others] = members
      if (first === undefined) return undefined
      const fewest = others.reduce((least, each) => (countOf(each) < countOf(least) ? each : least), first)
      counts.set(key, had.set(fewest.socket, countOf(fewest) + 1))
      return fewest
    },
  }
}
