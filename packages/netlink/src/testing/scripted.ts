import { isDeepStrictEqual } from 'node:util'
import { compile, decode, encode } from '../codec/index.js'
import { type NetlinkMessage, type NumberedProtocol, type Protocol, parseMessages } from '../message/index.js'
import type { SocketFactory } from '../socket/transport.js'
import { TestingError } from './error.js'
import { printed } from './printed.js'
import type { NotificationStep, RequestStep, Step } from './script-answers.js'
import { type Host, hostOf, type Socket } from './socket.js'

/** A socket factory whose sockets play a script. */
export interface Script extends SocketFactory {
  /** Ends the test: the script was played to its end, and nothing came that it does not have. @throws {TestingError} */
  done(): void
}

/**
 * Plays a script: steps are requests, each with what comes of it, and notifications. They are played in order, by whichever
 * sockets of the protocol; a request that is not the next one throws out of the call that sends it.
 */
export function scripted(steps: readonly Step[]): Script {
  const left = [...steps]
  let mismatch: TestingError | undefined
  const fail = (message: string): never => {
    mismatch ??= new TestingError('ERR_NETLINK_SCRIPT_MISMATCH', message)
    throw new TestingError('ERR_NETLINK_SCRIPT_MISMATCH', message)
  }
  const place = () => `step ${steps.length - left.length + 1} of ${steps.length}`

  const host: Host = hostOf({
    send(socket, datagram) {
      for (const nlmsg of parseMessages(datagram)) {
        const step = left[0]
        if (step?.kind !== 'request') return fail(surprise(step, socket, nlmsg))
        expectRequest(step, socket, nlmsg, (message) => fail(`${place()}: ${message}`))
        left.shift()
        const asked = { seq: nlmsg.seq, port: socket.port, nlmsg }
        for (const { letter, delay } of step.answers) socket.inbox.put(letter(asked), delay)
        tell()
      }
    },
    hasGroup: (socket, group) => left.some((step) => hasGroup(step, socket, group)) || isKnown(steps, socket, group),
    joined: () => tell(),
  })
  const surprise = (step: NotificationStep | undefined, { protocol }: Socket, nlmsg: NetlinkMessage) => {
    const got = nameOf(steps, protocol, nlmsg)
    return step
      ? `${place()}: expected somebody to join ${step.group} first, got ${got}`
      : `expected the script's end, got ${got}`
  }
  /** Tells what is next as long as somebody listens. */
  const tell = () => {
    for (let step = left[0]; step?.kind === 'notification'; step = left[0]) {
      const { protocol, number, letter, delay } = step
      const members = [...host.sockets].filter((each) => each.protocol === protocol.number && each.groups.has(number))
      if (members.length === 0) return
      for (const { inbox } of members) {
        inbox.put(letter, delay)
        // A monitor reports a loss after all messages that were queued before it: at this point.
        if (letter instanceof Error) inbox.put(undefined, delay)
      }
      left.shift()
    }
  }
  return {
    ...host.socketFactory,
    done() {
      if (mismatch) throw mismatch
      const [next] = left
      if (next === undefined) return
      const what = next.kind === 'request' ? next.name : `somebody to join ${next.group}`
      throw new TestingError('ERR_NETLINK_SCRIPT_UNFINISHED', `${place()}: expected ${what}, got nothing more`)
    },
  }
}

/** A request as it came, against the one that the script has. */
function expectRequest(
  step: RequestStep,
  socket: Socket,
  nlmsg: NetlinkMessage,
  fail: (message: string) => never,
): void {
  const { protocol, name, expected, flags } = step
  const { type, declaration, header } = protocol.byName(name)
  if (socket.protocol !== protocol.number || nlmsg.type !== type)
    fail(`expected ${name}, got ${nameOf([step], socket.protocol, nlmsg)}`)
  const message = compile(declaration).decode(nlmsg.bytes, nlmsg.start, nlmsg.end)
  for (const [key, value] of Object.entries(header ?? {})) {
    const got = (message as Record<string, unknown>)[key]
    if (got !== value) fail(`expected ${name}, of ${key} ${value}, got ${key} ${got}`)
  }
  if (flags !== undefined && nlmsg.flags !== flags)
    fail(`${name}: expected the flags 0x${flags.toString(16)}, got 0x${nlmsg.flags.toString(16)}`)
  if (typeof expected === 'function') {
    if (!expected(message))
      fail(`${name}: expected a message that the script's predicate takes, got ${printed(message)}`)
    return
  }
  // Through the bytes, so that what is left out and what is zero are the same, as they are on the wire.
  const wanted = decode(declaration, encode(declaration, { ...header, ...(expected as object) } as never))
  if (!isDeepStrictEqual(message, wanted)) fail(`${name}: expected ${printed(wanted)}, got ${printed(message)}`)
}

const hasGroup = (step: Step, { protocol }: Socket, group: number) =>
  step.kind === 'notification' && step.protocol.number === protocol && step.number === group

/** Whether a protocol of the script has the group. */
const isKnown = (steps: readonly Step[], { protocol }: Socket, group: number) =>
  steps.some((step) => step.protocol.number === protocol && Object.values(step.protocol.groups ?? {}).includes(group))

/** What a request is called, if one of the script's protocols knows it. */
function nameOf(steps: readonly Step[], protocol: number, { type }: NetlinkMessage): string {
  const known = steps.map((step) => step.protocol as Protocol & Partial<NumberedProtocol>)
  for (const { number, byType } of known) {
    const name = number === protocol ? byType?.(type)?.name : undefined
    if (name) return name
  }
  return `a request of type ${type} of protocol ${protocol}`
}
