import { constants } from 'node:os'
import { AF, ArgumentError, type Codec, compile } from '../../codec/index.js'
import { type NetlinkMessage, NLM_F, NLM_F_DUMP, NLMSG_MIN_TYPE, nlmsghdr, parseMessages } from '../../message/index.js'
import { RT_TABLE, RTNLGRP, rtnetlink } from '../../route/index.js'
import { SystemError } from '../../socket/error.js'
import type { SocketFactory } from '../../socket/transport.js'
import { inspected } from '../inspected.js'
import { acknowledgement, dumpEnd, fromKernel } from '../kernel-message.js'
import { MockPeer, type PeerSocket } from '../mock-peer.js'
import { advance } from './clock.js'
import { FaultPlan, type Faults, type RequestFaults } from './faults.js'
import { type Handlers, handlers, type Objects } from './handlers.js'
import { anyKind } from './kinds.js'
import { addLink, makeLoopback } from './link-make.js'
import { type CurrentRequest, Notifier } from './notifications.js'
import { checkOptions } from './options.js'
import { notModelled, Refused, refuse } from './refused.js'
import { firstRules } from './rules.js'
import type { State } from './state.js'

/** Options of a mock kernel. */
export interface MockKernelOptions {
  /** False for a program without CAP_NET_ADMIN: every change is refused with `EPERM`. Default: true. */
  readonly privileged?: boolean
}

/** A socket factory whose sockets lead to a simulated kernel. */
export interface MockKernel extends SocketFactory, Faults {
  /** Loses the next notifications. Members of the groups get an `ENOBUFS`. */
  loseNotifications(times?: number): void
  /**
   * Moves the clock: addresses become deprecated and expire, neighbours become stale, with their notifications. The clock stands
   * still otherwise.
   */
  advance(seconds: number): void
  /**
   * Creates a link by other means than netlink, and returns its index. `kind`: `tun`, `tap`, or a kind that RTM_NEWLINK creates
   * without another link.
   */
  addLink(name: string, kind: string): number
}

/** The IPv6 tables that exist at first. The kernel creates IPv4 tables when they are needed. */
const firstTables = [RT_TABLE.MAIN, RT_TABLE.LOCAL].map((table) => `${AF.INET6} ${table}`)

/** Maximum number of bytes of a dump in one datagram. */
const DATAGRAM_BYTES = 16 * 1024

/**
 * Returns a simulated kernel that needs no privileges: links, addresses, routes, neighbours, rules, next hops and qdiscs of one
 * network namespace. At first it has `lo`, which is down, and the usual rules. It refuses what the kernel refuses, with the same messages. What the kernel does but the simulation does
 * not, it refuses with `EOPNOTSUPP` and `not modelled: …`. All its sockets see the same state.
 */
export function mockKernel(options: MockKernelOptions = {}): MockKernel {
  checkOptions(options, 'mockKernel', ['privileged'])
  const { privileged = true } = options
  if (typeof privileged !== 'boolean')
    throw new ArgumentError(`expected privileged to be true or false, got ${inspected(privileged)}`)
  const kernel = new SimulatedKernel(privileged)
  const { interruptDumps, refuse, loseAnswers, truncate, delay } = kernel.faults
  return {
    ...{ open: kernel.peer.open, interruptDumps, refuse, loseAnswers, truncate, delay },
    loseNotifications: (times) => kernel.notifier.lose(times),
    advance: (seconds) => advance(kernel.state, seconds),
    addLink: (name, kind) => addLink(kernel.state, name, kind, anyKind(kind)).index,
  }
}

class SimulatedKernel {
  readonly faults = new FaultPlan()
  readonly state: State
  readonly peer: MockPeer
  readonly notifier: Notifier
  readonly #privileged: boolean
  /** Sockets with a dump that was not read to its end. */
  readonly #busy = new WeakSet<PeerSocket>()
  #current: CurrentRequest | undefined

  constructor(privileged: boolean) {
    this.#privileged = privileged
    const loopback = makeLoopback()
    this.state = {
      ...{ links: new Map([[loopback.index, loopback]]), lastIndex: { value: loopback.index } },
      ...{ addresses: [], routes: [], neighbours: [], tables: new Set(firstTables) },
      ...{ rules: firstRules(), nexthops: [], lastNexthop: { value: 0 }, qdiscs: [], lastHandle: { value: 0 } },
      clock: { now: 0 },
      notify: (name, message, flags = 0) => this.notifier.send(this.#current, { name, message, flags }),
    }
    this.peer = new MockPeer({
      opened({ protocol }) {
        if (protocol !== rtnetlink.number)
          throw new SystemError('socket', constants.errno.EPROTONOSUPPORT, `protocol ${protocol}: not modelled`)
      },
      hasGroup: (_, group) => group > 0 && Object.values<number>(RTNLGRP.values).includes(group),
      send: (socket, datagram) => {
        for (const nlmsg of parseMessages(datagram)) this.#receive(socket, nlmsg)
      },
    })
    this.notifier = new Notifier(() => this.peer.sockets)
  }

  #receive(socket: PeerSocket, nlmsg: NetlinkMessage): void {
    if ((nlmsg.flags & NLM_F.REQUEST) === 0 || nlmsg.type < NLMSG_MIN_TYPE) return
    const name = rtnetlink.byType(nlmsg.type)?.name ?? `message ${nlmsg.type}`
    const echo = (nlmsg.flags & NLM_F.ECHO) !== 0
    this.#current = { socket, name, seq: nlmsg.seq, port: socket.port, nlmsg, echo }
    try {
      this.#answer(this.#current)
    } finally {
      this.#current = undefined
    }
  }

  #answer(request: CurrentRequest): void {
    const { nlmsg, name } = request
    const message = rtnetlink.byType(nlmsg.type)
    const isDump = (nlmsg.flags & NLM_F_DUMP) === NLM_F_DUMP && message?.isGet === true
    const faults = this.faults.next(name, isDump)
    const codec = message && (compile(message.declaration) as Codec<object>)
    try {
      const objects = this.#perform(request, codec, isDump, faults)
      if (isDump && objects) this.#dump(request, objects, faults)
      else this.#reply(request, objects, faults)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const { code, extended, attribute } = error
      const offs = attribute && codec ? offsetOf(nlmsg, codec, attribute) : undefined
      const refusal = { ...extended, ...(offs !== undefined && { offs }) }
      put(request, acknowledgement(request, constants.errno[code], refusal), faults)
    }
  }

  /** Applies a request to the state. @throws {Refused} */
  #perform(
    { socket, name, nlmsg }: CurrentRequest,
    codec: Codec<object> | undefined,
    isDump: boolean,
    { refused }: RequestFaults,
  ): Objects | undefined {
    if (!this.#privileged && !name.includes('_GET')) refuse('EPERM')
    if (refused) throw new Refused(refused.code, refused.extended)
    if (isDump && this.#busy.has(socket)) refuse('EBUSY')
    const handler: Handlers = Object.hasOwn(handlers, name) ? (handlers[name] ?? {}) : {}
    const apply = isDump ? handler.dump : handler.request
    if (apply === undefined || codec === undefined) return notModelled(isDump ? `a dump by ${name}` : name)
    const message = codec.decode(nlmsg.bytes, nlmsg.start, nlmsg.end)
    for (const key of Object.keys((message as { attrs?: object }).attrs ?? {}))
      if (key.startsWith('?')) notModelled(`${name} attribute ${key.slice(1)}`)
    return apply(this.state, message as never, nlmsg.flags)
  }

  #reply(request: CurrentRequest, objects: Objects | undefined, faults: RequestFaults): void {
    const { seq, port, nlmsg } = request
    for (const message of objects?.messages ?? [])
      put(request, fromKernel(rtnetlink, objects?.name ?? '', message, { flags: 0, seq, pid: port }), faults)
    if ((nlmsg.flags & NLM_F.ACK) !== 0) put(request, acknowledgement(request, 0), faults)
  }

  /** Sends all objects at once. The socket is busy until the end of the dump is read. */
  #dump(request: CurrentRequest, { name, messages, filtered }: Objects, faults: RequestFaults): void {
    const { socket, seq, port } = request
    const interrupted = faults.interrupted ? NLM_F.DUMP_INTR : 0
    const flags = NLM_F.MULTI | interrupted | (filtered ? NLM_F.DUMP_FILTERED : 0)
    const encoded = messages.map((message) => fromKernel(rtnetlink, name, message, { flags, seq, pid: port }))
    this.#busy.add(socket)
    for (const datagram of datagramsOf(encoded)) put(request, datagram, faults)
    put(request, dumpEnd(request, 0, interrupted), faults, () => this.#busy.delete(socket))
  }
}

function put({ socket }: CurrentRequest, bytes: Buffer, { lost, delay }: RequestFaults, onTaken?: () => void): void {
  const received = lost ? new SystemError('recvfrom', constants.errno[lost]) : { bytes, group: 0, nsid: undefined }
  socket.queue.put(received, delay, onTaken)
}

/** Returns the offset of an attribute in a request, from its `nlmsghdr`. */
function offsetOf({ bytes, start, end }: NetlinkMessage, codec: Codec<unknown>, attribute: string): number | undefined {
  for (let at = start; at < end; at += 4)
    if (codec.locate?.(bytes, start, end, at).path.join('.') === attribute) return at - start + nlmsghdr.size
  return undefined
}

/** Yields datagrams with as many messages as fit. */
function* datagramsOf(messages: readonly Buffer[]): Generator<Buffer> {
  let waiting: Buffer[] = []
  let length = 0
  for (const message of messages) {
    if (length > 0 && length + message.length > DATAGRAM_BYTES) {
      yield Buffer.concat(waiting)
      waiting = []
      length = 0
    }
    waiting.push(message)
    length += message.length
  }
  if (length > 0) yield Buffer.concat(waiting)
}
