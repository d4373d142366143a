import { constants } from 'node:os'
import { AF, type Codec, compile } from '../../codec/index.js'
import { type NetlinkMessage, NLM_F, NLM_F_DUMP, NLMSG_MIN_TYPE, nlmsghdr, parseMessages } from '../../message/index.js'
import { RT_TABLE, RTNLGRP, rtnetlink } from '../../route/index.js'
import { SystemError } from '../../socket/error.js'
import type { SocketFactory } from '../../socket/transport.js'
import { acknowledgement, dumpEnd, fromKernel } from '../answer.js'
import { printed } from '../printed.js'
import { type Host, hostOf, type Socket } from '../socket.js'
import { type Cause, delivery } from './delivery.js'
import { type Faults, openFaults, type Planned } from './faults.js'
import { type Brought, type Handlers, handlers } from './handlers.js'
import { anyKind } from './kinds.js'
import { addLink, makeLoopback } from './link-make.js'
import { expectOptions } from './options.js'
import { notModelled, Refused, refuse } from './refused.js'
import type { State } from './state.js'

/** Options of a mock kernel. */
export interface MockKernelOptions {
  /** False for a program without CAP_NET_ADMIN: whatever changes something is refused with `EPERM`. */
  readonly privileged?: boolean
}

/** A socket factory to a kernel that is none. */
export interface MockKernel extends SocketFactory, Faults {
  /** Members of groups lose the next messages, and are told so (`ENOBUFS`). */
  loseNotifications(times?: number): void
  /**
   * Makes a link as other means than netlink would, and gives its index: `tun`, `tap`, or a kind that RTM_NEWLINK makes of
   * nothing else.
   */
  addLink(name: string, kind: string): number
}

/** Those of IPv6; the kernel makes tables of IPv4 as they are needed. */
const tablesAtFirst = [RT_TABLE.MAIN, RT_TABLE.LOCAL].map((table) => `${AF.INET6} ${table}`)

/** As much of a dump goes into one datagram. */
const DATAGRAM = 16 * 1024

/**
 * A kernel that needs no privileges: links, addresses, routes and neighbours of one network namespace, where at first is `lo`,
 * down. It refuses in the kernel's words what the kernel refuses, and with `EOPNOTSUPP` and `not modelled: …` what the kernel
 * would do but it does not. Whatever opens a socket by it sees the same state.
 */
export function mockKernel(options: MockKernelOptions = {}): MockKernel {
  expectOptions(options, 'mockKernel', ['privileged'])
  const { privileged = true } = options
  if (typeof privileged !== 'boolean')
    throw new TypeError(`expected privileged to be true or false, got ${printed(privileged)}`)
  const loopback = makeLoopback()
  const faults = openFaults()
  const busy = new WeakSet<Socket>()
  let cause: Cause | undefined
  const state: State = {
    ...{ links: new Map([[loopback.index, loopback]]), lastIndex: { value: loopback.index } },
    ...{ addresses: [], routes: [], neighbours: [], tables: new Set(tablesAtFirst) },
    tell: (name, message, flags = 0) => groups.tell(cause, name, message, flags),
  }
  const host: Host = hostOf({
    opened({ protocol }) {
      if (protocol !== rtnetlink.number)
        throw new SystemError('socket', constants.errno.EPROTONOSUPPORT, `protocol ${protocol}: not modelled`)
    },
    hasGroup: (_, group) => group > 0 && Object.values<number>(RTNLGRP.values).includes(group),
    send(socket, datagram) {
      for (const nlmsg of parseMessages(datagram)) {
        if ((nlmsg.flags & NLM_F.REQUEST) === 0 || nlmsg.type < NLMSG_MIN_TYPE) continue
        const request = rtnetlink.byType(nlmsg.type)?.name ?? `message ${nlmsg.type}`
        const echo = (nlmsg.flags & NLM_F.ECHO) !== 0
        cause = { socket, request, seq: nlmsg.seq, port: socket.port, nlmsg, echo }
        try {
          answer(cause)
        } finally {
          cause = undefined
        }
      }
    },
  })
  const groups = delivery(() => host)

  const answer = (asked: Cause) => {
    const { socket, nlmsg, request: name } = asked
    const message = rtnetlink.byType(nlmsg.type)
    const isDump = (nlmsg.flags & NLM_F_DUMP) === NLM_F_DUMP && message?.isGet === true
    const planned = faults.next(name, isDump)
    const codec = message && (compile(message.declaration) as Codec<object>)
    try {
      const brought = perform(state, { name, codec, nlmsg, isDump, isBusy: busy.has(socket) }, planned, privileged)
      if (isDump && brought) dump(asked, brought, planned)
      else reply(asked, brought, planned)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const { code, extended, attribute } = error
      const offs = attribute && codec ? offsetOf(nlmsg, codec, attribute) : undefined
      const refusal = { ...extended, ...(offs !== undefined && { offs }) }
      put(asked, acknowledgement(asked, constants.errno[code], refusal), planned)
    }
  }
  const put = ({ socket }: Cause, bytes: Buffer, { lost, delay }: Planned, taken?: () => void) => {
    const letter = lost ? new SystemError('recvfrom', constants.errno[lost]) : { bytes, group: 0, nsid: undefined }
    socket.inbox.put(letter, delay, taken)
  }
  const reply = (asked: Cause, brought: Brought | undefined, planned: Planned) => {
    const { seq, port, nlmsg } = asked
    for (const message of brought?.messages ?? [])
      put(asked, fromKernel(rtnetlink, brought?.name ?? '', message, { flags: 0, seq, pid: port }), planned)
    if ((nlmsg.flags & NLM_F.ACK) !== 0) put(asked, acknowledgement(asked, 0), planned)
  }
  /** All at once, as it is now; but until its end is read, the socket is busy with it. */
  const dump = (asked: Cause, { name, messages, filtered }: Brought, planned: Planned) => {
    const { socket, seq, port } = asked
    const intr = planned.interrupted ? NLM_F.DUMP_INTR : 0
    const flags = NLM_F.MULTI | intr | (filtered ? NLM_F.DUMP_FILTERED : 0)
    const written = messages.map((message) => fromKernel(rtnetlink, name, message, { flags, seq, pid: port }))
    busy.add(socket)
    const datagrams = [...inDatagrams(written), dumpEnd(asked, 0, {}, intr)]
    for (const [index, bytes] of datagrams.entries())
      put(asked, bytes, planned, index === datagrams.length - 1 ? () => busy.delete(socket) : undefined)
  }
  return {
    ...host.socketFactory,
    interruptDumps: faults.interruptDumps,
    refuse: faults.refuse,
    loseAnswers: faults.loseAnswers,
    truncate: faults.truncate,
    delay: faults.delay,
    loseNotifications: groups.loseNotifications,
    addLink: (name, kind) => addLink(state, name, kind, anyKind(kind)).index,
  }
}

/** A request, as far as it is known. */
interface Known {
  readonly name: string
  readonly codec: Codec<object> | undefined
  readonly nlmsg: NetlinkMessage
  readonly isDump: boolean
  /** A dump is going on. */
  readonly isBusy: boolean
}

/** Does what a request asks for. @throws {Refused} */
function perform(state: State, request: Known, { refused }: Planned, privileged: boolean): Brought | undefined {
  const { name, codec, nlmsg, isDump, isBusy } = request
  if (!privileged && !name.includes('_GET')) refuse('EPERM')
  if (refused) throw new Refused(refused.code, refused.extended)
  if (isDump && isBusy) refuse('EBUSY')
  const handler: Handlers = Object.hasOwn(handlers, name) ? (handlers[name] ?? {}) : {}
  const apply = isDump ? handler.all : handler.one
  if (apply === undefined || codec === undefined) return notModelled(isDump ? `a dump by ${name}` : name)
  const message = codec.decode(nlmsg.bytes, nlmsg.start, nlmsg.end)
  for (const key of Object.keys((message as { attrs?: object }).attrs ?? {}))
    if (key.startsWith('?')) notModelled(`${name} attribute ${key.slice(1)}`)
  return apply(state, message as never, nlmsg.flags)
}

/** Where an attribute is in a request, from its `nlmsghdr` on. */
function offsetOf({ bytes, start, end }: NetlinkMessage, codec: Codec<unknown>, attribute: string): number | undefined {
  for (let at = start; at < end; at += 4)
    if (codec.locate?.(bytes, start, end, at).path.join('.') === attribute) return at - start + nlmsghdr.size
  return undefined
}

/** Messages, as many in a datagram as it has room for. */
function* inDatagrams(messages: readonly Buffer[]): Generator<Buffer> {
  let waiting: Buffer[] = []
  let length = 0
  for (const message of messages) {
    if (length > 0 && length + message.length > DATAGRAM) {
      yield Buffer.concat(waiting)
      waiting = []
      length = 0
    }
    waiting.push(message)
    length += message.length
  }
  if (length > 0) yield Buffer.concat(waiting)
}
