import { ArgumentError } from '../codec/error.js'
import {
  type Declaration,
  type Infer,
  type Members,
  message,
  pad,
  printable,
  type Struct,
  struct,
  u8,
} from '../codec/index.js'
import { type Messages, NETLINK, type Protocol, type ReceivedMessage, traitsOf } from '../message/index.js'

/** `struct genlmsghdr`, linux/genetlink.h: the header of all messages of generic netlink */
export const genlmsghdr = struct('genlmsghdr', {
  cmd: u8,
  version: u8, // of the family
  _reserved: pad(2),
})
export type Genlmsghdr = Infer<typeof genlmsghdr>

/** A message of generic netlink. In requests the name of the request determines `cmd` and `version`. */
export interface GenericMessage<A> extends Genlmsghdr {
  attrs: A
}

/**
 * Declares a message of generic netlink. `header` is the family's own header after `genlmsghdr` (`struct ovs_header`), if it has
 * one. Its members are next to `cmd` and `version`.
 */
export function genericMessage<A>(name: string, attrs: Declaration<A>): Declaration<GenericMessage<A>>
export function genericMessage<A, H extends object>(
  name: string,
  attrs: Declaration<A>,
  header: Struct<Members, H>,
): Declaration<GenericMessage<A> & H>
export function genericMessage(
  name: string,
  attrs: Declaration<unknown>,
  header?: Struct<Members, object>,
): Declaration<GenericMessage<unknown>> {
  if (header === undefined) return message(name, genlmsghdr, attrs)
  const both: Struct<Members, Genlmsghdr> = struct(`genlmsghdr and ${header.name}`, {
    ...genlmsghdr.members,
    ...header.members,
  })
  return message(name, both, attrs)
}

/** The payload of a message: `bytes[start, end)`, which starts with `genlmsghdr`. */
export interface GenericPayload {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/** Messages that share numbers with replies. */
export interface Events {
  readonly messages: Messages
  /** True if a message is an event. Called if a reply has the same number. */
  isEvent(payload: GenericPayload): boolean
}

/** The messages of a family, for {@link genericFamily}. */
export interface FamilyRows<M extends Messages, R extends Messages> {
  /** The version in requests. */
  readonly version: number
  /**
   * The commands. `gets(1, request, reply)` declares a command that only reads and can be dumped, `[2, request]` one that makes
   * changes.
   */
  readonly messages: M
  /** Messages from the kernel, if they have names and numbers of their own. */
  readonly replies?: R
  /** Notifications of the kernel, if they have numbers of their own. */
  readonly events?: Events
}

/** A family of generic netlink: its name in the kernel, and its commands. */
export interface GenericFamily<M extends Messages = Messages, R extends Messages = Messages> {
  /** e.g. `ethtool` */
  readonly name: string
  readonly version: number
  /** Messages to the kernel. */
  readonly messages: M
  /** Messages from the kernel. */
  readonly replies: R
  /** Returns the command with a number in one direction, or undefined. The payload distinguishes events from replies. */
  byCommand(cmd: number, fromKernel: boolean, payload?: GenericPayload): ReceivedMessage | undefined
  /**
   * Returns the protocol for a connection. `id` is the message type that the kernel assigned to the family (CTRL_ATTR_FAMILY_ID).
   */
  protocol(id: number): Protocol<M>
}

/** Number of the protocol NETLINK_GENERIC. */
export const NETLINK_GENERIC = NETLINK.GENERIC

const indexed = (messages: Messages, fromKernel: boolean): ReadonlyMap<number, ReceivedMessage> =>
  new Map(
    Object.entries(messages).map(([name, [cmd, request, reply]]) => [
      cmd,
      { name, declaration: fromKernel ? (reply ?? request) : request },
    ]),
  )

/** Declares a family of generic netlink. */
export function genericFamily<const M extends Messages, const R extends Messages = M>(
  name: string,
  { version, messages, replies = messages as unknown as R, events }: FamilyRows<M, R>,
): GenericFamily<M, R> {
  let toKernel: ReadonlyMap<number, ReceivedMessage> | undefined
  let toUser: ReadonlyMap<number, ReceivedMessage> | undefined
  let unasked: ReadonlyMap<number, ReceivedMessage> | undefined
  const byCommand = (cmd: number, fromKernel: boolean, payload?: GenericPayload) => {
    if (fromKernel) {
      toUser ??= indexed(replies, true)
      unasked ??= indexed(events?.messages ?? {}, true)
      const reply = toUser.get(cmd)
      const event = unasked.get(cmd)
      return reply === undefined || (event && payload && events?.isEvent(payload)) ? event : reply
    }
    toKernel ??= indexed(messages, false)
    return toKernel.get(cmd)
  }
  const protocol = (id: number): Protocol<M> => ({
    name,
    number: NETLINK_GENERIC,
    messages,
    byName(key) {
      const row = Object.hasOwn(messages, key) ? messages[key] : undefined
      if (row === undefined) throw new ArgumentError(`expected a command of ${name}, got '${printable(key)}'`)
      const [cmd, declaration] = row
      // Gets request an ack too: some have no reply (ethnl_phy_doit of Linux 6.12).
      return { name: key, type: id, declaration, ...traitsOf(row), isAcked: true, header: { cmd, version } }
    },
    received(nlmsg) {
      const { type, bytes, start, end } = nlmsg
      return type === id && end > start ? byCommand(bytes.readUInt8(start), true, nlmsg) : undefined
    },
  })
  return { name, version, messages, replies, byCommand, protocol }
}
