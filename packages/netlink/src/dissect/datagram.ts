import { Buffer } from '../codec/buffer.js'
import { type ByteOrder, compile, hostOrder } from '../codec/index.js'
import type { CtrlAttrs } from '../generic/index.js'
import { NETLINK, NLMSG, type Nlmsghdr, nlmsghdr } from '../message/index.js'
import type { ErrorValue } from './control.js'
import { isToKernel } from './direction.js'
import { isControl, type Learnt, learntNothing, protocolName, requestKey } from './known.js'
import { type DissectedMessage, type MessagePosition, readMessage, readUevent } from './message.js'

/** Input of a {@link Dissector}: a `CapturedDatagram`, or a datagram from a socket. */
export interface Datagram {
  /** NETLINK_* */
  readonly protocol: number
  /** PACKET_*. A datagram that the kernel sent to this process has PACKET_HOST. */
  readonly packetType: number
  readonly bytes: Buffer
}

/** A datagram, read. */
export interface DissectedDatagram {
  /** e.g. `NETLINK_ROUTE` */
  readonly protocol: string
  readonly toKernel: boolean
  /** Byte order of the sender: the host's, unless only the other one gives a valid length. */
  readonly order: ByteOrder
  readonly messages: readonly DissectedMessage[]
  /** Bytes after the last message. Some programs send the unused part of their buffer. */
  readonly rest: Buffer
  /** Encodes all messages again. @throws {EncodeError} if a value was changed to one that does not match its declaration */
  encode(): Buffer
}

/** Dissects the datagrams of a capture in sequence, and learns from them. */
export interface Dissector {
  /** The families of generic netlink learnt so far, by the message types that the kernel gave them. */
  readonly families: ReadonlyMap<number, string>
  /** Never throws, whatever the bytes are. */
  dissect(datagram: Datagram): DissectedDatagram
}

/**
 * Creates a dissector. It knows the families of generic netlink from `families` and from the controller's messages that it has
 * seen.
 */
export function dissector(families: ReadonlyMap<number, string> = new Map()): Dissector {
  const learnt = learntNothing(families)
  return {
    families: learnt.families,
    dissect({ protocol, packetType, bytes }) {
      const name = protocolName(protocol)
      if (protocol === NETLINK.KOBJECT_UEVENT) {
        // The kernel accepts no uevents. Those sent to it come from udev and are forwarded.
        const message = readUevent(false, bytes, hostOrder)
        return { protocol: name, order: hostOrder, ...assembled([message], bytes, bytes.length), toKernel: false }
      }
      const order = orderOf(bytes)
      const positions = [...messagesOf(bytes, order)]
      const toKernel = isToKernel(packetType, protocol, positions[0]?.header, learnt)
      const messages = positions.map((position) => {
        const message = readMessage({ ...position, protocol, toKernel, bytes }, { order, learnt })
        learn(learnt, protocol, position.header, message)
        return message
      })
      return { protocol: name, order, toKernel, ...assembled(messages, bytes, positions.at(-1)?.next ?? 0) }
    },
  }
}

/** Returns the messages, the bytes after them, and a function that encodes everything again. */
function assembled(messages: readonly DissectedMessage[], bytes: Buffer, behind: number) {
  const rest = bytes.subarray(behind)
  const encode = () => Buffer.concat([...messages.flatMap((each) => [each.encode(), each.padding]), rest])
  return { messages, rest, encode }
}

/** Returns the byte order in which the first message's length is valid. Captures may come from other machines. */
function orderOf(bytes: Buffer): ByteOrder {
  const other = hostOrder === 'LE' ? 'BE' : 'LE'
  const fits = (order: ByteOrder) => {
    const length = bytes.length < nlmsghdr.size ? 0 : compile(nlmsghdr, { order }).decode(bytes, 0, bytes.length).len
    return length >= nlmsghdr.size && length <= bytes.length
  }
  return !fits(hostOrder) && fits(other) ? other : hostOrder
}

/** Yields the positions of the messages. Zero bytes end them, and so do too few bytes for a header. */
function* messagesOf(
  bytes: Buffer,
  order: ByteOrder,
): Generator<Pick<MessagePosition, 'header' | 'start' | 'end' | 'next'>> {
  const codec = compile(nlmsghdr, { order })
  for (let start = 0; start + nlmsghdr.size <= bytes.length; ) {
    const header = codec.decode(bytes, start, bytes.length)
    if (header.len < nlmsghdr.size) return
    const end = Math.min(start + header.len, bytes.length)
    // No align(), which is limited to 32 bits: the length may be the maximum.
    const next = Math.min(Math.ceil((start + header.len) / 4) * 4, bytes.length)
    yield { header, start, end, next }
    start = next
  }
}

function learn({ families, requests }: Learnt, protocol: number, header: Nlmsghdr, message: DissectedMessage): void {
  const { type, toKernel, value } = message
  if (protocol === NETLINK.GENERIC && type === 'CTRL_CMD_NEWFAMILY') {
    const { familyId, familyName } = (value as { attrs?: CtrlAttrs }).attrs ?? {}
    if (familyId !== undefined && familyName !== undefined) families.set(familyId, familyName)
  }
  if (toKernel && !isControl(header.type)) {
    requests.set(requestKey(protocol, header), { type, bytes: message.bytes })
  }
  if (header.type === NLMSG.ERROR) {
    const { request } = value as Partial<ErrorValue>
    if (request) requests.delete(requestKey(protocol, request.header))
  }
}
