import { readFileSync } from 'node:fs'
import { readCapture } from '../capture/index.js'
import { type NetlinkMessage, NLM_F, parseMessages } from '../message/index.js'
import { rtnetlink } from '../route/index.js'
import type { SocketFactory } from '../socket/transport.js'
import { TestingError } from './error.js'
import { groupOf } from './group-of.js'
import { MockPeer, type PeerSocket } from './mock-peer.js'
import {
  isSameRequest,
  type RecordedNotification,
  type RecordedRequest,
  type Recording,
  readdressed,
  readRecording,
} from './recording.js'

/** A socket factory that answers requests from a recording. */
export interface Replay extends SocketFactory {
  /** Checks at the end of a test that all recorded requests were sent. @throws {TestingError} */
  done(): void
}

/**
 * Replays a capture, e.g. one that a connection has recorded with its option `capture`. A request gets the recorded answers
 * of an equal request. Sequence numbers and port ids may differ. Equal requests are used in their order, each once. A
 * notification is sent after the request that precedes it in the recording, as soon as a socket has joined its group.
 * A capture does not contain losses (`ENOBUFS`), nor requests that were repeated after a truncated reply.
 * @param capture Path of a file, or its contents.
 * @throws {DecodeError} if it is not a netlink capture
 */
export function replay(capture: string | Uint8Array): Replay {
  const bytes = typeof capture === 'string' ? readFileSync(capture) : capture
  return new Replayer(readRecording(readCapture(bytes)))
}

class Replayer implements Replay {
  readonly open: SocketFactory['open']
  readonly #peer: MockPeer
  readonly #requests: readonly RecordedRequest[]
  /** The notifications that were not sent yet. */
  readonly #waiting: RecordedNotification[]
  readonly #copies = new CopyDealer()

  constructor({ requests, notifications }: Recording) {
    this.#requests = requests
    this.#waiting = [...notifications]
    this.#peer = new MockPeer({
      send: (socket, datagram) => this.#answer(socket, datagram),
      joined: () => this.#notify(),
    })
    this.open = this.#peer.open
  }

  done(): void {
    const left = this.#requests.filter(({ replayed, complete }) => !replayed && complete)
    const [next] = left
    if (next === undefined) return
    throw new TestingError(
      'ERR_NETLINK_SCRIPT_UNFINISHED',
      `expected all recorded requests to be sent, got nothing like ${nameOf(next.protocol, next.nlmsg)} (${left.length} left)`,
    )
  }

  #answer(socket: PeerSocket, datagram: Buffer): void {
    for (const nlmsg of parseMessages(datagram)) {
      const recorded = find(this.#requests, socket, nlmsg)
      recorded.replayed = true
      for (const answer of recorded.answers) {
        const bytes = readdressed(answer, nlmsg.seq, socket.port)
        // The kernel marks only an echo as if it were sent to its group (`nlmsg_notify`).
        socket.queue.put({ bytes, group: echoGroup(recorded, nlmsg), nsid: undefined })
      }
      this.#notify()
    }
  }

  /**
   * Sends the notifications whose preceding request was replayed. The recording contains a copy for each socket that received
   * it.
   */
  #notify(): void {
    for (const notification of [...this.#waiting]) {
      const { after, bytes } = notification
      if (after?.replayed === false) return
      const member = this.#copies.next(bytes, this.#members(notification))
      if (member === undefined) continue
      this.#waiting.splice(this.#waiting.indexOf(notification), 1)
      member.socket.queue.put({ bytes, group: member.group, nsid: undefined })
    }
  }

  /** Returns the sockets that have joined the group of a notification. */
  #members({ protocol, nlmsg }: RecordedNotification) {
    const group = protocol === rtnetlink.number ? groupOf(nlmsg.type, nlmsg.bytes[nlmsg.start] ?? 0) : undefined
    const all = [...this.#peer.sockets].filter((socket) => socket.protocol === protocol)
    return all.flatMap((socket) => {
      const [first] = socket.groups
      const joined = group === undefined ? first : socket.groups.has(group) ? group : undefined
      return joined === undefined ? [] : [{ socket, group: joined }]
    })
  }
}

const nameOf = (protocol: number, { type, flags, bytes, start, end }: NetlinkMessage) => {
  const name = protocol === rtnetlink.number ? rtnetlink.byType(type)?.name : undefined
  const payload = bytes.toString('hex', start, Math.min(end, start + 64))
  return `${name ?? `type ${type} of protocol ${protocol}`} (flags 0x${flags.toString(16)}, payload ${payload})`
}

/** Returns the recorded request that equals a request. @throws {TestingError} if there is none */
function find(requests: readonly RecordedRequest[], { protocol }: PeerSocket, nlmsg: NetlinkMessage): RecordedRequest {
  const same = requests.filter((each) => each.protocol === protocol && isSameRequest(each.nlmsg, nlmsg))
  const left = same.filter(({ replayed }) => !replayed)
  // If the recorded program repeated a request after a failure, use the last attempt.
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

/** Distributes the recorded copies of a notification: each socket gets one. */
class CopyDealer {
  readonly #counts = new Map<string, Map<PeerSocket, number>>()

  /** Returns the socket that has received the fewest copies of this notification. */
  next<T extends { socket: PeerSocket }>(bytes: Buffer, members: readonly T[]): T | undefined {
    const key = bytes.toString('latin1')
    const counts = this.#counts.get(key) ?? new Map<PeerSocket, number>()
    const countOf = ({ socket }: T) => counts.get(socket) ?? 0
    const [first, ...others] = members
    if (first === undefined) return undefined
    const fewest = others.reduce((least, each) => (countOf(each) < countOf(least) ? each : least), first)
    this.#counts.set(key, counts.set(fewest.socket, countOf(fewest) + 1))
    return fewest
  }
}
