import type { constants } from 'node:os'
import { compile, encode, i32, printable } from '../codec/index.js'
import { append } from '../codec/output.js'
import {
  type ExtendedAck,
  encodeMessage,
  type MessageHeader,
  type Messages,
  type NetlinkMessage,
  NLM_F,
  NLM_F_ACKED,
  NLMSG,
  nlmsgerrAttrs,
  nlmsghdr,
  type Protocol,
} from '../message/index.js'

/** The name of an errno, as `EBUSY`. */
export type Errno = keyof typeof constants.errno

/** The request that something answers, and whose it is. */
export interface Asked {
  readonly seq: number
  readonly port: number
  /** The request itself, which acks repeat the header of. */
  readonly nlmsg: NetlinkMessage
}

/** What the kernel sends under a name: of generic netlink its replies may have names and numbers of their own. */
function sentAs(protocol: Protocol, name: string, replies: Messages) {
  const row = Object.hasOwn(replies, name) ? replies[name] : undefined
  if (row === undefined) throw new TypeError(`expected a message of ${protocol.name}, got '${printable(name)}'`)
  const [number, request, reply = request] = row
  if (replies === protocol.messages) return { ...protocol.byName(name), declaration: reply }
  const [any = ''] = Object.keys(protocol.messages)
  const { type, header } = protocol.byName(any)
  return { type, declaration: reply, header: { ...header, cmd: number } }
}

/** Where a message stands among others. */
export type Place = Omit<MessageHeader, 'type'>

/** The bytes of a message from the kernel. @throws {EncodeError} */
export function fromKernel(
  protocol: Protocol,
  name: string,
  value: unknown,
  place: Place,
  replies: Messages = protocol.messages,
): Buffer {
  const { type, declaration, header } = sentAs(protocol, name, replies)
  const filled = header ? { ...header, ...(value as object) } : value
  return encodeMessage({ type, ...place }, (out) => compile(declaration).encode(out, filled))
}

/** NLMSG_ERROR: an ack where `errno` is 0, else a refusal. It repeats the request's header alone, as after NETLINK_CAP_ACK. */
export function acknowledgement({ seq, port, nlmsg: asked }: Asked, errno: number, extended: ExtendedAck = {}): Buffer {
  const hasAttributes = Object.keys(extended).length > 0
  const flags = NLM_F_ACKED.CAPPED | (hasAttributes ? NLM_F_ACKED.ACK_TLVS : 0)
  return encodeMessage({ type: NLMSG.ERROR, flags, seq, pid: port }, (out) => {
    compile(i32).encode(out, -errno)
    const { len, type, flags, seq, pid } = asked
    append(out, encode(nlmsghdr, { len, type, flags, seq, pid }))
    if (hasAttributes) compile(nlmsgerrAttrs).encode(out, extended)
  })
}

/** NLMSG_DONE: the end of a dump, and how it went. */
export function dumpEnd({ seq, port }: Asked, errno: number, extended: ExtendedAck = {}, intr = 0): Buffer {
  const hasAttributes = Object.keys(extended).length > 0
  const flags = NLM_F.MULTI | intr | (hasAttributes ? NLM_F_ACKED.ACK_TLVS : 0)
  return encodeMessage({ type: NLMSG.DONE, flags, seq, pid: port }, (out) => {
    compile(i32).encode(out, -errno)
    if (hasAttributes) compile(nlmsgerrAttrs).encode(out, extended)
  })
}
