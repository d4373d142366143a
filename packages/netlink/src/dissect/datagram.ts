import { Buffer } from '../codec/buffer.js'
import { type ByteOrder, compile, hostOrder } from '../codec/index.js'
import type { CtrlAttrs } from '../generic/index.js'
import { NLMSG, type Nlmsghdr, nlmsghdr } from '../message/index.js'
import type { ErrorValue } from './control.js'
import { isToKernel } from './direction.js'
import { NETLINK } from './families.js'
import { isControl, type Learnt, learntNothing, protocolName, requestKey } from './known.js'
import { type DissectedMessage, type MessagePlace, readMessage, readUevent } from './message.js'

/** What {@link Dissector} takes: a `CapturedDatagram`, or what a socket received. */
export interface Datagram {
  /** NETLINK_* */
  readonly protocol: number
  /** PACKET_*: how the datagram was recorded. What the kernel sent to us is PACKET_HOST. */
  readonly packetType: number
  readonly bytes: Buffer
}

/** A datagram, read. */
export interface DissectedDatagram {
  /** e.g. `NETLINK_ROUTE` */
  readonly protocol: string
  readonly toKernel: boolean
  /** The sender's byte order: the host's, unless only the other one makes sense. */
  readonly order: ByteOrder
  readonly messages: readonly DissectedMessage[]
  /** What is behind the last message: programs send the unused part of their buffer. */
  readonly rest: Buffer
  /** All of it, encoded again. @throws {EncodeError} where a value was changed to one that does not fit */
  encode(): Buffer
}

/** Reads the datagrams of a capture one after the other, and learns from them. */
export interface Dissector {
  /** The families of generic netlink learnt so far, by the message types that the kernel gave them. */
  readonly families: ReadonlyMap<number, string>
  /** Never throws for what the bytes are. */
  dissect(datagram: Datagram): DissectedDatagram
}

/**
 * Makes a dissector. What it knows of generic netlink's families it has from `families` and from the controller's messages
 * that it saw.
 */
export function dissector(families: ReadonlyMap<number, string> = new Map()): Dissector {
  const learnt = learntNothing(families)
  return {
    families: learnt.families,
    dissect({ protocol, packetType, bytes }) {
      const name = protocolName(protocol)
      if (protocol === NETLINK.KOBJECT_UEVENT) {
        // The kernel takes none; what goes to it goes on to others, from udev.
        const message = readUevent(false, bytes, hostOrder)
        return { protocol: name, order: hostOrder, ...assembled([message], bytes, bytes.length), toKernel: false }
      }
      const order = orderOf(bytes)
      const places = [...messagesOf(bytes, order)]
      const toKernel = isToKernel(packetType, protocol, places[0]?.header, learnt)
      const messages = places.map((place) => {
        const message = readMessage({ ...place, protocol, toKernel, bytes }, { order, learnt })
        learn(learnt, protocol, place.header, message)
        return message
      })
      return { protocol: name, order, toKernel, ...assembled(messages, bytes, places.at(-1)?.next ?? 0) }
    },
  }
}

/** The messages, what is behind them, and all of it encoded again. */
function assembled(messages: readonly DissectedMessage[], bytes: Buffer, behind: number) {
  const rest = bytes.subarray(behind)
  const encode = () => Buffer.concat([...messages.flatMap((each) => [each.encode(), each.padding]), rest])
  return { messages, rest, encode }
}

/** The order in which the first message's length makes sense: captures come from other machines, too. */
function orderOf(bytes: Buffer): ByteOrder {
  const other = hostOrder === 'LE' ? 'BE' : 'LE'
  const fits = (order: ByteOrder) => {
    const length = bytes.length < nlmsghdr.size ? 0 : compile(nlmsghdr, { order }).decode(bytes, 0, bytes.length).len
    return length >= nlmsghdr.size && length <= bytes.length
  }
  return !fits(hostOrder) && fits(other) ? other : hostOrder
}

/** The places of the messages. Zero bytes end them, as does what is too short for a header. */
function* messagesOf(
  bytes: Buffer,
  order: ByteOrder,
): Generator<Pick<MessagePlace, 'header' | 'start' | 'end' | 'next'>> {
  const codec = compile(nlmsghdr, { order })
  for (let start = 0; start + nlmsghdr.size <= bytes.length; ) {
    const header = codec.decode(bytes, start, bytes.length)
    if (header.len < nlmsghdr.size) return
    const end = Math.min(start + header.len, bytes.length)
    // No align(), which is for 32 bits: the length may be the largest there is.
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
