import type { Declaration, Infer, Request } from '../codec/index.js'
import { ArgumentError, printable } from '../codec/index.js'
import type { NetlinkMessage } from './netlink-message.js'
import { type FlagOption, type RequestTraits, type Row, traitsOf } from './row.js'

/** The messages of a protocol, by their names. */
export type Messages = Readonly<Record<string, Row>>

/** A netlink protocol: its number and its messages. */
export interface Protocol<M extends Messages = Messages, G extends string = string> {
  /** e.g. `NETLINK_ROUTE` */
  readonly name: string
  /** NETLINK_*, the protocol of its sockets. */
  readonly number: number
  readonly messages: M
  /** The numbers of its multicast groups. Their names are those of the kernel's constants, without the prefix. */
  readonly groups?: Readonly<Record<G, number>> | undefined
  /** Returns the message with this name. @throws {TypeError} if the protocol has none */
  byName(name: string): NamedMessage
  /** Returns the declaration of a message from the kernel; undefined if the protocol has none. */
  received(message: NetlinkMessage): ReceivedMessage | undefined
}

/** A protocol whose messages have different types: every protocol but the families of generic netlink. */
export interface NumberedProtocol<M extends Messages = Messages, G extends string = string> extends Protocol<M, G> {
  /** Returns the message with this `nlmsg_type`, or undefined. */
  byType(type: number): NumberedMessage | undefined
}

/** Options of {@link protocol}. */
export interface ProtocolOptions<G extends string> {
  /** The numbers of its multicast groups, by name. */
  readonly groups?: Readonly<Record<G, number>>
}

/** Declares a protocol, e.g. NETLINK_ROUTE with its RTM_* messages. */
export function protocol<const M extends Messages, G extends string = never>(
  name: string,
  number: number,
  messages: M,
  { groups }: ProtocolOptions<G> = {},
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

/** The type of a message as it is sent: every member is optional. */
export type RequestOf<M extends Messages, N extends keyof M> = Request<Infer<M[N][1]>>

/** The flag options that a message accepts. If the compiler does not know the messages of the protocol, all of them. */
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

/** A message of a protocol, as it is sent. */
export interface NamedMessage extends ReceivedMessage, RequestTraits {
  /** `nlmsg_type` */
  readonly type: number
  /** True if it is sent with NLM_F_ACK: an ack follows all replies. Otherwise there is one reply. */
  readonly isAcked: boolean
  /** Members of its header that its name implies (`genlmsghdr.cmd`). A request need not contain them. */
  readonly header?: Readonly<Record<string, unknown>>
}

/** A message of a {@link NumberedProtocol}. */
export interface NumberedMessage extends NamedMessage {
  /** The structure of what the kernel sends under the same number. */
  readonly reply: Declaration<unknown>
}
