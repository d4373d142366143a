import type { Buffer } from '../../codec/buffer.js'
import { byteCount } from '../../codec/error.js'
import { encode } from '../../codec/index.js'
import { PACKET } from '../../constants/index.js'
import { NLMSG, nlmsghdr } from '../../message/index.js'
import type { CapturedDatagram } from '../format.js'
import { type Call, CallJoiner } from './calls.js'
import { type Carrier, carrierOf, isUnfinishedSend, overrunOf, packetTypeOf } from './carrier.js'
import { Dump, DumpError } from './dump.js'
import { type Line, type LinePosition, LineSplitter } from './line.js'
import { Ordered } from './ordered.js'
import { Processes } from './processes.js'
import { Sockets, type UsedSocket } from './sockets.js'

/** Something that a log should contain, or that is damaged, and where. */
export interface StraceProblem extends LinePosition {
  readonly reason: string
}

const netlinkCall = /^(?:socket\([AP]F_NETLINK|\w+\(\d+<NETLINK:)/

/** A call whose hex dump is being read. */
interface Current {
  readonly carrier: Carrier
  readonly dump: Dump
}

/**
 * Reads the netlink datagrams from a log of `strace -f -ttt -T -yy -e read=all -e write=all`, piece by piece. The time of a
 * request is the start of the call that sends it; the time of a received datagram is the end of the call that receives it.
 */
export class StraceReader {
  readonly #onDamage: (problem: StraceProblem) => void
  /** First calls that the log describes incompletely, by reason. */
  readonly #missing = new Map<string, StraceProblem>()
  readonly #lines = new LineSplitter()
  readonly #calls = new CallJoiner()
  readonly #processes = new Processes()
  readonly #sockets = new Sockets()
  readonly #ordered = new Ordered()
  #current: Current | undefined
  #sawSocket = false

  /** @param onDamage is called for each damaged part of the log. Reading goes on after it, unless it throws. */
  constructor(onDamage: (problem: StraceProblem) => void) {
    this.#onDamage = onDamage
  }

  /** True if the log contains a netlink socket. */
  get sawSocket(): boolean {
    return this.#sawSocket
  }

  /** Returns the ids of the processes that run, as far as the log contains it. */
  pids(): number[] {
    return this.#processes.pids()
  }

  /** Returns the problem that makes datagrams missing in the result, if there is one. */
  get missing(): StraceProblem | undefined {
    return this.#missing.values().next().value
  }

  /** Reads a piece of the log. */
  push(piece: string): void {
    for (const line of this.#lines.push(piece)) this.#read(line)
  }

  /** Ends the log. */
  end(): void {
    for (const line of this.#lines.end()) this.#read(line)
    this.#finish()
  }

  /** Returns the datagrams that are complete, and forgets them. `isLast`: no further pieces follow. */
  take(isLast = false): CapturedDatagram[] {
    return this.#ordered.take(isLast)
  }

  #read(line: Line): void {
    if (this.#current === undefined || !this.#readDump(this.#current, line)) this.#readCall(line)
    if (this.#current === undefined) this.#ordered.settle()
  }

  #readCall(line: Line): void {
    const event = this.#calls.read(line)
    if (event.kind === 'call') this.#handle(event.call)
    else if (event.kind === 'unfinished') {
      this.#processes.begin(event.tid, event.begun)
      if (isUnfinishedSend(event.begun, this.#sockets, this.#pidOf(event.tid))) this.#ordered.begin(event.tid)
    }
  }

  #handle(call: Call): void {
    this.#processes.update(call)
    this.#ordered.end(call.tid)
    if (call.text.startsWith('+++')) return
    const pid = this.#pidOf(call.tid)
    this.#sockets.update(call, pid)
    const overrun = overrunOf(call, this.#sockets, pid)
    if (overrun !== undefined) this.#addOverrun(call, overrun)
    const carrier = carrierOf(call, this.#sockets, pid)
    this.#sawSocket ||= carrier !== undefined || netlinkCall.test(call.text)
    this.#current = carrier && { carrier, dump: new Dump() }
  }

  /** Handles a line below a call that transferred datagrams. Returns false if the line does not belong to the call. */
  #readDump({ carrier, dump }: Current, line: Line): boolean {
    try {
      const isPart = dump.add(line.text)
      const { isMany, returned } = carrier
      if (!isPart || (!isMany && dump.length >= returned)) this.#finish()
      return isPart
    } catch (error) {
      if (!(error instanceof DumpError)) throw error
      this.#current = undefined
      this.#onDamage({ ...positionOf(line), reason: error.message })
      return true
    }
  }

  /** Adds the datagrams of the current call. */
  #finish(): void {
    if (this.#current === undefined) return
    const { carrier, dump } = this.#current
    this.#current = undefined
    const reason = incompleteness(carrier, dump)
    if (reason !== undefined) this.#onDamage({ ...positionOf(carrier.call), reason })
    else this.#add(carrier, dump.datagrams())
  }

  #add(carrier: Carrier, datagrams: Buffer[]): void {
    const { call, protocol, isSend, isMany, returned } = carrier
    if (datagrams.length === 0) this.#miss(call, isSend ? withoutWrites : withoutReads)
    else if (protocol === undefined) this.#miss(call, withoutProtocol)
    else {
      const facts = { time: isSend ? call.start : call.end, protocol, packetType: packetTypeOf(carrier) }
      // sendmsg can send less than its buffers contain.
      for (const bytes of datagrams) this.#addFrom(call, facts, isMany ? bytes : bytes.subarray(0, returned))
    }
  }

  /** Adds the message that netlink has for lost ones: the kernel reports them with an error of the call instead. */
  #addOverrun(call: Call, { protocol }: UsedSocket): void {
    this.#sawSocket = true
    if (protocol === undefined) this.#miss(call, withoutProtocol)
    else this.#addFrom(call, { time: call.end, protocol, packetType: PACKET.USER }, encode(nlmsghdr, overrunHeader))
  }

  #addFrom(
    { tid, comm, duration }: Call,
    facts: Pick<CapturedDatagram, 'time' | 'protocol' | 'packetType'>,
    bytes: Buffer,
  ): void {
    const process = this.#processes.of(tid, comm)
    this.#ordered.add({ ...facts, bytes, ...(process && { process }), ...(duration !== undefined && { duration }) })
  }

  #miss(call: Call, reason: string): void {
    if (!this.#missing.has(reason)) this.#missing.set(reason, { ...positionOf(call), reason })
  }

  #pidOf(tid: number | undefined): number | undefined {
    return this.#processes.of(tid, undefined)?.pid
  }
}

const overrunHeader = { len: nlmsghdr.size, type: NLMSG.OVERRUN, flags: 0, seq: 0, pid: 0 }

const withoutWrites = 'expected the bytes of each request (strace -e write=all)'
const withoutReads = 'expected the bytes of each answer (strace -e read=all)'
const withoutProtocol = 'expected the protocol of each netlink socket (strace -yy)'

const positionOf = ({ line, offset }: LinePosition): LinePosition => ({ line, offset })

/** Returns the reason why a hex dump is incomplete, or undefined. A call without any dump is not damaged. */
function incompleteness({ isSend, isMany, returned, mayExceed }: Carrier, dump: Dump): string | undefined {
  const { length } = dump
  if (isMany || length === 0 || length >= returned || (!isSend && mayExceed)) return undefined
  return `expected a hex dump of ${byteCount(returned)}, got ${length}`
}
