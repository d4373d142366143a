import { Buffer } from '../codec/buffer.js'
import { type ByteOrder, compile, hostOrder } from '../codec/index.js'
import type { CtrlAttrs } from '../generic/index.js'
import { NETLINK, NLMSG, type Nlmsghdr, nlmsghdr } from '../message/index.js'
import { answeredHeader } from './control.js'
import { isToKernel } from './direction.js'
import { type CaptureState, isControl, newCaptureState, protocolName, requestKey } from './known.js'
import { type DissectedMessage, type MessagePosition, readMessage } from './message.js'

/** Input of a {@link Dissector}: a datagram of a capture or from a socket. */
export interface Datagram {
  /** Protocol of the socket: NETLINK_*. */
  readonly protocol: number
  /** Direction: PACKET_*. Use PACKET_HOST for a datagram that this process received from the kernel. */
  readonly packetType: number
  readonly bytes: Buffer
}

/** A dissected datagram. */
export interface DissectedDatagram {
  /** Protocol, e.g. `NETLINK_ROUTE`. */
  readonly protocol: string
  readonly toKernel: boolean
  /** Byte order of the sender: the host's, unless the message lengths are valid only in the other one. */
  readonly order: ByteOrder
  readonly messages: readonly DissectedMessage[]
  /** Bytes after the last message. Some programs send more of their buffer than they filled. */
  readonly rest: Buffer
  /** Encodes all messages again. @throws {EncodeError} if a value was changed and no longer matches its declaration */
  encode(): Buffer
}

/** Dissects consecutive datagrams. It remembers what later ones need: generic netlink families and unanswered requests. */
export interface Dissector {
  /** Generic netlink families that are known so far: their names, by message type. */
  readonly families: ReadonlyMap<number, string>
  /** Dissects a datagram. Never throws, even if the bytes are invalid. */
  dissect(datagram: Datagram): DissectedDatagram
}

/** Options of {@link dissector} and {@link dissectCapture}. */
export interface DissectOptions {
  /**
   * Keeps in each value how the sender encoded it, so that `encode` returns the same bytes even after a part of the value was changed.
   * Default: true. Without it, decoding takes a fraction of the time.
   */
  readonly lossless?: boolean
}

/** Creates a dissector. It knows the generic netlink families in `families`, and learns others from nlctrl's messages. */
export function dissector(
  families: ReadonlyMap<number, string> = new Map(),
  { lossless = true }: DissectOptions = {},
): Dissector {
  return dissectorOf(newCaptureState(families), lossless)
}

/** Creates a dissector that shares the state of another one. */
export function dissectorOf(state: CaptureState, lossless: boolean): Dissector {
  const readings = { LE: { order: 'LE', state, lossless }, BE: { order: 'BE', state, lossless } } as const
  return {
    families: state.families,
    dissect({ protocol, packetType, bytes }) {
      const name = protocolName(protocol)
      if (protocol === NETLINK.KOBJECT_UEVENT) {
        // The kernel receives no uevents. Uevents to the kernel come from udev and are forwarded.
        const whole = { protocol, protocolName: name, toKernel: false, bytes, reading: readings[hostOrder] }
        const end = bytes.length
        const message = readMessage(whole, { header: undefined, start: 0, end, next: end })
        return { protocol: name, order: hostOrder, ...assembled([message], bytes, end), toKernel: false }
      }
      const order = orderOf(bytes)
      const positions = messagesOf(bytes, order)
      const toKernel = isToKernel(packetType, protocol, positions[0]?.header, state)
      const datagram = { protocol, protocolName: name, toKernel, bytes, reading: readings[order] }
      const messages = positions.map((position) => {
        const message = readMessage(datagram, position)
        updateState(state, protocol, position.header, message, order)
        return message
      })
      return { protocol: name, order, toKernel, ...assembled(messages, bytes, positions.at(-1)?.next ?? 0) }
    },
  }
}

/** Collects the messages and the bytes after them, with a function that encodes everything again. */
function assembled(messages: readonly DissectedMessage[], bytes: Buffer, behind: number) {
  const rest = bytes.subarray(behind)
  const encode = () => Buffer.concat([...messages.flatMap((each) => [each.encode(), each.padding]), rest])
  return { messages, rest, encode }
}

/** Returns the byte order in which the length of the first message is valid. A capture may come from another machine. */
function orderOf(bytes: Buffer): ByteOrder {
  const other = hostOrder === 'LE' ? 'BE' : 'LE'
  const fits = (order: ByteOrder) => {
    const length = bytes.length < nlmsghdr.size ? 0 : compile(nlmsghdr, { order }).decode(bytes, 0, bytes.length).len
    return length >= nlmsghdr.size && length <= bytes.length
  }
  return !fits(hostOrder) && fits(other) ? other : hostOrder
}

/** Returns the positions of the messages. They end at zeros, or if fewer bytes than a header are left. */
function messagesOf(bytes: Buffer, order: ByteOrder): (MessagePosition & { readonly header: Nlmsghdr })[] {
  const codec = compile(nlmsghdr, { order })
  const positions = []
  for (let start = 0; start + nlmsghdr.size <= bytes.length; ) {
    const header = codec.read(bytes, start)
    if (header.len < nlmsghdr.size) break
    const end = Math.min(start + header.len, bytes.length)
    // `align` would overflow at the maximum length of 32 bits.
    const next = Math.min(Math.ceil((start + header.len) / 4) * 4, bytes.length)
    positions.push({ header, start, end, next })
    start = next
  }
  return positions
}

function updateState(
  { families, requests }: CaptureState,
  protocol: number,
  header: Nlmsghdr,
  message: DissectedMessage,
  order: ByteOrder,
): void {
  if (protocol === NETLINK.GENERIC && message.type === 'CTRL_CMD_NEWFAMILY') {
    const { familyId, familyName } = (message.value as { attrs?: CtrlAttrs }).attrs ?? {}
    if (familyId !== undefined && familyName !== undefined) families.set(familyId, familyName)
  }
  if (message.toKernel && !isControl(protocol, header.type)) {
    requests.set(requestKey(protocol, header), { type: message.type, bytes: message.bytes, pid: header.pid })
  }
  if (header.type === NLMSG.ERROR) {
    const request = answeredHeader(message.bytes, order)
    if (request) requests.delete(requestKey(protocol, request))
  }
}
