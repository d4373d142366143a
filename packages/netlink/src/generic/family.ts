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

/** The value of a generic netlink message. Requests can omit `cmd` and `version`, because their name determines them. */
export interface GenericMessage<A> extends Genlmsghdr {
  attrs: A
}

/**
 * Declares a message of generic netlink. Some families have a second header after `genlmsghdr`, e.g. `struct ovs_header`: pass it as
 * `header`. The value contains its members together with `cmd` and `version`.
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

/** The payload of a generic netlink message: `bytes[start, end)`. It begins with `genlmsghdr`. */
export interface GenericPayload {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/** The notifications of a family, if some have the same number as a reply. */
export interface Events {
  readonly messages: Messages
  /** Returns true for a notification, and false for the reply with the same number. */
  isEvent(payload: GenericPayload): boolean
}

/** The messages of a family, for {@link genericFamily}. */
export interface FamilyRows<M extends Messages, R extends Messages> {
  /** Value of `genlmsghdr.version` in requests. */
  readonly version: number
  /**
   * The commands, by name. `gets(1, request, reply)` declares a command that reads and can be dumped. `[2, request]` declares one that
   * changes something.
   */
  readonly messages: M
  /** Messages from the kernel, if their names and numbers differ from those of the commands. */
  readonly replies?: R
  /** Name of the reply to each command, if the kernel does not write a command of the family in replies. */
  readonly onlyReply?: string & keyof R
  /** Notifications, if their names differ from those of the replies. */
  readonly events?: Events
}

/** A family of generic netlink: its name, its commands and its notifications. */
export interface GenericFamily<M extends Messages = Messages, R extends Messages = Messages> {
  /** The family's name in the kernel, e.g. `ethtool`. */
  readonly name: string
  readonly version: number
  /** Messages to the kernel. */
  readonly messages: M
  /** Messages from the kernel. */
  readonly replies: R
  /** Notifications, if their names differ from those of the replies. */
  readonly notifications: Messages
  /** Returns the message with this command number, to or from the kernel, or undefined. `payload` distinguishes notifications from replies. */
  byCommand(cmd: number, fromKernel: boolean, payload?: GenericPayload): ReceivedMessage | undefined
  /**
   * Returns the protocol for a connection. `id` is the message type that the kernel has assigned to the family (CTRL_ATTR_FAMILY_ID).
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
  { version, messages, replies = messages as unknown as R, onlyReply, events }: FamilyRows<M, R>,
): GenericFamily<M, R> {
  let toKernel: ReadonlyMap<number, ReceivedMessage> | undefined
  let toUser: ReadonlyMap<number, ReceivedMessage> | undefined
  let eventsByCommand: ReadonlyMap<number, ReceivedMessage> | undefined
  const notifications = events?.messages ?? {}
  const byCommand = (cmd: number, fromKernel: boolean, payload?: GenericPayload) => {
    if (fromKernel) {
      toUser ??= indexed(replies, true)
      eventsByCommand ??= indexed(notifications, true)
      const reply = toUser.get(cmd) ?? (onlyReply && toUser.get(replies[onlyReply]?.[0] as number))
      const event = eventsByCommand.get(cmd)
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
      // Gets request an ack, too, because some have no reply (ethnl_phy_doit of Linux 6.12).
      return { name: key, type: id, declaration, ...traitsOf(row), isAcked: true, header: { cmd, version } }
    },
    received(nlmsg) {
      const { type, bytes, start, end } = nlmsg
      return type === id && end > start ? byCommand(bytes.readUInt8(start), true, nlmsg) : undefined
    },
  })
  return { name, version, messages, replies, notifications, byCommand, protocol }
}
