import { isDeepStrictEqual } from 'node:util'
import { compile, decode, encode } from '../codec/index.js'
import { type NetlinkMessage, type NumberedProtocol, type Protocol, parseMessages } from '../message/index.js'
import type { SocketFactory } from '../socket/transport.js'
import { TestingError } from './error.js'
import { inspected } from './inspected.js'
import { MockPeer, type PeerSocket } from './mock-peer.js'
import type { NotificationStep, RequestStep, ScriptStep } from './script-steps.js'

/** A socket factory that plays a script. */
export interface Script extends SocketFactory {
  /**
   * Checks that all steps were played, and that no unexpected request was sent. Call it at the end of a test.
   * @throws {TestingError}
   */
  done(): void
}

/**
 * Plays a script: requests to expect, with their answers, and notifications to send. The steps are played in order, by all
 * sockets of the script's protocols together. Sending a request that is not the next step throws.
 */
export function scripted(steps: readonly ScriptStep[]): Script {
  const player = new ScriptPlayer(steps)
  return { open: player.open, done: () => player.done() }
}

class ScriptPlayer {
  readonly #steps: readonly ScriptStep[]
  readonly #left: ScriptStep[]
  readonly #peer: MockPeer
  #mismatch: TestingError | undefined

  constructor(steps: readonly ScriptStep[]) {
    this.#steps = steps
    this.#left = [...steps]
    this.#peer = new MockPeer({
      send: (socket, datagram) => {
        for (const nlmsg of parseMessages(datagram)) this.#play(socket, nlmsg)
      },
      hasGroup: (socket, group) =>
        this.#left.some((step) => isToGroup(step, socket, group)) || isDeclared(steps, socket, group),
      joined: () => this.#notify(),
    })
  }

  get open(): SocketFactory['open'] {
    return this.#peer.open
  }

  done(): void {
    if (this.#mismatch) throw this.#mismatch
    const [next] = this.#left
    if (next === undefined) return
    const expected = next.kind === 'request' ? next.name : `a socket to join ${next.group}`
    throw new TestingError('ERR_NETLINK_SCRIPT_UNFINISHED', `${this.#position}: expected ${expected}, got nothing more`)
  }

  get #position(): string {
    return `step ${this.#steps.length - this.#left.length + 1} of ${this.#steps.length}`
  }

  /** Returns the error for an unexpected request. {@link done} throws the first of these errors again. */
  #failure(message: string): TestingError {
    const error = new TestingError('ERR_NETLINK_SCRIPT_MISMATCH', message)
    this.#mismatch ??= error
    return error
  }

  #play(socket: PeerSocket, nlmsg: NetlinkMessage): void {
    const [step] = this.#left
    if (step?.kind !== 'request') throw this.#failure(this.#surprise(step, socket, nlmsg))
    const mismatch = mismatchOf(step, socket, nlmsg)
    if (mismatch !== undefined) throw this.#failure(`${this.#position}: ${mismatch}`)
    this.#left.shift()
    const request = { seq: nlmsg.seq, port: socket.port, nlmsg }
    for (const { received, delay } of step.answers) socket.queue.put(received(request), delay)
    this.#notify()
  }

  #surprise(step: NotificationStep | undefined, { protocol }: PeerSocket, nlmsg: NetlinkMessage): string {
    const got = nameOf(this.#steps, protocol, nlmsg)
    return step
      ? `${this.#position}: expected a socket to join ${step.group} first, got ${got}`
      : `expected the script's end, got ${got}`
  }

  /** Plays the next steps while they are notifications and a socket has joined their group. */
  #notify(): void {
    for (let step = this.#left[0]; step?.kind === 'notification'; step = this.#left[0]) {
      const { protocol, number, received, delay } = step
      const members = [...this.#peer.sockets].filter(
        (each) => each.protocol === protocol.number && each.groups.has(number),
      )
      if (members.length === 0) return
      for (const { queue } of members) {
        queue.put(received, delay)
        // A monitor reports a loss only when its queue is empty, so insert an empty receive here.
        if (received instanceof Error) queue.put(undefined, delay)
      }
      this.#left.shift()
    }
  }
}

/** Compares a request with the expected one. Returns the first difference as text, or undefined. */
function mismatchOf(step: RequestStep, socket: PeerSocket, nlmsg: NetlinkMessage): string | undefined {
  const { protocol, name, expected, flags } = step
  const { type, declaration, header } = protocol.byName(name)
  if (socket.protocol !== protocol.number || nlmsg.type !== type)
    return `expected ${name}, got ${nameOf([step], socket.protocol, nlmsg)}`
  const message = compile(declaration).decode(nlmsg.bytes, nlmsg.start, nlmsg.end)
  for (const [key, value] of Object.entries(header ?? {})) {
    const got = (message as Record<string, unknown>)[key]
    if (got !== value) return `expected ${name}, of ${key} ${value}, got ${key} ${got}`
  }
  if (flags !== undefined && nlmsg.flags !== flags)
    return `${name}: expected the flags 0x${flags.toString(16)}, got 0x${nlmsg.flags.toString(16)}`
  if (typeof expected === 'function')
    return expected(message)
      ? undefined
      : `${name}: expected a message that the script's predicate accepts, got ${inspected(message)}`
  // Encode and decode the expected message, so that missing members become zero.
  const wanted = decode(declaration, encode(declaration, { ...header, ...(expected as object) } as never))
  if (isDeepStrictEqual(message, wanted)) return undefined
  return `${name}: expected ${inspected(wanted)}, got ${inspected(message)}`
}

const isToGroup = (step: ScriptStep, { protocol }: PeerSocket, group: number) =>
  step.kind === 'notification' && step.protocol.number === protocol && step.number === group

/** True if one of the script's protocols declares the group. */
const isDeclared = (steps: readonly ScriptStep[], { protocol }: PeerSocket, group: number) =>
  steps.some((step) => step.protocol.number === protocol && Object.values(step.protocol.groups ?? {}).includes(group))

/** Returns the name of a request if one of the script's protocols declares it, otherwise its number. */
function nameOf(steps: readonly ScriptStep[], protocol: number, { type }: NetlinkMessage): string {
  const known = steps.map((step) => step.protocol as Protocol & Partial<NumberedProtocol>)
  for (const { number, byType } of known) {
    const name = number === protocol ? byType?.(type)?.name : undefined
    if (name) return name
  }
  return `a request of type ${type} of protocol ${protocol}`
}
