import type { AnyConstants, Declaration, Infer, Request } from '../codec/index.js'
import { ArgumentError, printable } from '../codec/index.js'
import type { NetlinkMessage } from './netlink-message.js'
import { type FlagOption, type RequestTraits, type Row, traitsOf } from './row.js'

/** The messages of a protocol, by name. */
export type Messages = Readonly<Record<string, Row>>

/** A netlink protocol: its number, its messages, its multicast groups and its errors. */
export interface Protocol<M extends Messages = Messages, G extends string = string> {
  /** Name of the protocol, e.g. `NETLINK_ROUTE`. */
  readonly name: string
  /** Number of the protocol for socket(2): NETLINK_*. */
  readonly number: number
  readonly messages: M
  /** Numbers of the multicast groups, by the kernel's names without the prefix. */
  readonly groups?: (Readonly<Record<string, number>> & Readonly<Record<G, number>>) | undefined
  /** The kernel's error numbers that are not errnos. */
  readonly errors?: AnyConstants | undefined
  /** Least `nlmsg_type` of its messages. Lower types are control messages, NLMSG_*. Default: NLMSG_MIN_TYPE. */
  readonly firstType?: number | undefined
  /** Returns the message of this name. @throws {TypeError} if the protocol has none */
  byName(name: string): NamedMessage
  /** Returns the declaration of a received message, or undefined if it is unknown. */
  received(message: NetlinkMessage): ReceivedMessage | undefined
}

/** A protocol that identifies messages by `nlmsg_type`: every protocol except the families of generic netlink. */
export interface NumberedProtocol<M extends Messages = Messages, G extends string = string> extends Protocol<M, G> {
  /** Returns the message with this `nlmsg_type`, or undefined. */
  byType(type: number): NumberedMessage | undefined
}

/** Options of {@link protocol}. */
export interface ProtocolOptions<G extends string> {
  /** Numbers of the multicast groups, by name. */
  readonly groups?: Readonly<Record<string, number>> & Readonly<Record<G, number>>
  /** The kernel's error numbers that are not errnos. */
  readonly errors?: AnyConstants
  /** Least `nlmsg_type` of its messages. Default: NLMSG_MIN_TYPE. */
  readonly firstType?: number
}

/** Declares a protocol, e.g. NETLINK_ROUTE with its RTM_* messages. */
export function protocol<const M extends Messages, G extends string = never>(
  name: string,
  number: number,
  messages: M,
  { groups, errors, firstType }: ProtocolOptions<G> = {},
): NumberedProtocol<M, G> {
  let byName: ReadonlyMap<string, NumberedMessage> | undefined
  let byType: ReadonlyMap<number, NumberedMessage> | undefined
  const index = () => {
    byName ??= new Map(
      Object.entries(messages).map(([key, row]) => {
        const [type, declaration, reply = declaration] = row
        const traits = traitsOf(row)
        return [key, { name: key, type, declaration, reply, ...traits, isAcked: !traits.isGet }]
      }),
    )
    return byName
  }
  const findType = (type: number) => {
    byType ??= new Map([...index().values()].map((each) => [each.type, each]))
    return byType.get(type)
  }
  return {
    name,
    number,
    messages,
    groups,
    errors,
    firstType,
    byType: findType,
    byName(key) {
      const found = index().get(key)
      if (found === undefined) throw new ArgumentError(`expected a message of ${name}, got '${printable(key)}'`)
      return found
    },
    received({ type }) {
      const found = findType(type)
      return found && { name: found.name, declaration: found.reply }
    },
  }
}

/** The type of the replies to a message. */
export type ReplyOf<M extends Messages, N extends keyof M> = M[N] extends readonly [
  number,
  unknown,
  infer R,
  ...unknown[],
]
  ? Infer<R>
  : Infer<M[N][1]>

/** The type of a message to send. Every member is optional. */
export type RequestOf<M extends Messages, N extends keyof M> = Request<Infer<M[N][1]>>

/** The options for flags that a message accepts. If its protocol is not known at compile time, all options. */
export type FlagsOf<M extends Messages, N extends keyof M> = string extends keyof M
  ? FlagOption
  : N extends keyof M
    ? Accepted<M[N]>
    : never

type Accepted<R> = R extends readonly [unknown, unknown, unknown, RequestTraits<infer F>] ? F : never

/** The name and the declaration of a received message. */
export interface ReceivedMessage {
  readonly name: string
  readonly declaration: Declaration<unknown>
}

/** A message of a protocol, for sending. */
export interface NamedMessage extends ReceivedMessage, RequestTraits {
  /** `nlmsg_type` */
  readonly type: number
  /** True if it is sent with NLM_F_ACK. Its replies end with an ack. Otherwise it has exactly one reply. */
  readonly isAcked: boolean
  /** Members of the header that the name determines (`genlmsghdr.cmd`). Requests can omit them. */
  readonly header?: Readonly<Record<string, unknown>>
}

/** A message of a {@link NumberedProtocol}. */
export interface NumberedMessage extends NamedMessage {
  /** The declaration of the kernel's messages with this number. */
  readonly reply: Declaration<unknown>
}
