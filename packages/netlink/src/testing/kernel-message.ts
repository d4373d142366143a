import type { constants } from 'node:os'
import { ArgumentError, compile, encode, i32, printable } from '../codec/index.js'
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

/** The name of an errno, e.g. `EBUSY`. */
export type Errno = keyof typeof constants.errno

/** A request to answer. */
export interface ReceivedRequest {
  readonly seq: number
  /** Port id of the socket that sent it. */
  readonly port: number
  /** The message itself. Acks repeat its header. */
  readonly nlmsg: NetlinkMessage
}

/** The members of `nlmsghdr` that the name of a message does not determine. */
export type HeaderFields = Omit<MessageHeader, 'type'>

/**
 * Returns number and declaration of a message from the kernel. In some generic netlink families they differ from those of the
 * request.
 */
function kernelFormOf(protocol: Protocol, name: string, replies: Messages) {
  const row = Object.hasOwn(replies, name) ? replies[name] : undefined
  if (row === undefined) throw new ArgumentError(`expected a message of ${protocol.name}, got '${printable(name)}'`)
  const [number, request, reply = request] = row
  if (replies === protocol.messages) return { ...protocol.byName(name), declaration: reply }
  const [any = ''] = Object.keys(protocol.messages)
  const { type, header } = protocol.byName(any)
  return { type, declaration: reply, header: { ...header, cmd: number } }
}

/** Encodes a message as the kernel sends it. @throws {EncodeError} if it does not match its declaration */
export function fromKernel(
  protocol: Protocol,
  name: string,
  value: unknown,
  fields: HeaderFields,
  replies: Messages = protocol.messages,
): Buffer {
  const { type, declaration, header } = kernelFormOf(protocol, name, replies)
  const complete = header ? { ...header, ...(value as object) } : value
  return encodeMessage({ type, ...fields }, (out) => compile(declaration).encode(out, complete))
}

/**
 * Encodes NLMSG_ERROR: an ack if `errno` is 0, otherwise a refusal. Repeats only the header of the request, as with
 * NETLINK_CAP_ACK.
 */
export function acknowledgement(request: ReceivedRequest, errno: number, extended: ExtendedAck = {}): Buffer {
  const { seq, port, nlmsg } = request
  const hasAttributes = Object.keys(extended).length > 0
  const flags = NLM_F_ACKED.CAPPED | (hasAttributes ? NLM_F_ACKED.ACK_TLVS : 0)
  return encodeMessage({ type: NLMSG.ERROR, flags, seq, pid: port }, (out) => {
    compile(i32).encode(out, -errno)
    const { len, type, flags, seq, pid } = nlmsg
    append(out, encode(nlmsghdr, { len, type, flags, seq, pid }))
    if (hasAttributes) compile(nlmsgerrAttrs).encode(out, extended)
  })
}

/** Encodes NLMSG_DONE, which ends a dump. `interrupted` is NLM_F_DUMP_INTR or 0. */
export function dumpEnd({ seq, port }: ReceivedRequest, errno: number, interrupted = 0): Buffer {
  return encodeMessage({ type: NLMSG.DONE, flags: NLM_F.MULTI | interrupted, seq, pid: port }, (out) =>
    compile(i32).encode(out, -errno),
  )
}
