import type { Declaration, Infer, Request } from '../codec/index.js'
import { printable } from '../codec/index.js'
import type { NetlinkMessage } from './netlink-message.js'
import { type FlagOption, type Meaning, meaningOf, type Row } from './row.js'

/** Each message of a protocol by its name. */
export type Messages = Readonly<Record<string, Row>>

/** A netlink protocol: which socket it needs and which messages it has. */
export interface Protocol<M extends Messages = Messages, G extends string = string> {
  /** e.g. `NETLINK_ROUTE` */
  readonly name: string
  readonly number: number
  readonly messages: M
  /** Its multicast groups, the names as the kernel's constants have them behind their prefix. */
  readonly groups?: Readonly<Record<G, number>> | undefined
  /** The message of a name. @throws {TypeError} where the protocol has none such */
  byName(name: string): NamedMessage
  /** What a message from the kernel is, or undefined. */
  received(nlmsg: NetlinkMessage): ReceivedMessage | undefined
}

/** A protocol whose message types tell the messages apart: all but the families of generic netlink. */
export interface NumberedProtocol<M extends Messages = Messages, G extends string = string> extends Protocol<M, G> {
  /** The message that a number stands for, or undefined. */
  byType(type: number): NumberedMessage | undefined
}

/** What a protocol has beside its messages. */
export interface ProtocolOptions<G extends string> {
  /** The multicast groups. */
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
        const meaning = meaningOf(row)
        return [key, { name: key, type, declaration, reply, ...meaning, isAcked: !meaning.isGet }]
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
      if (found === undefined) throw new TypeError(`expected a message of ${name}, got '${printable(key)}'`)
      return found
    },
    received({ type }) {
      const found = findType(type)
      return found && { name: found.name, declaration: found.reply }
    },
  }
}

/** What the replies to a message decode to. */
export type ReplyOf<M extends Messages, N extends keyof M> = M[N] extends readonly [
  number,
  unknown,
  infer R,
  ...unknown[],
]
  ? Infer<R>
  : Infer<M[N][1]>

/** What a message takes to be sent: everything may be left out. */
export type RequestOf<M extends Messages, N extends keyof M> = Request<Infer<M[N][1]>>

/** The flag options that a message accepts: of a protocol whose messages are not known to the compiler, all of them. */
export type FlagsOf<M extends Messages, N extends keyof M> = string extends keyof M
  ? FlagOption
  : N extends keyof M
    ? Accepted<M[N]>
    : never

type Accepted<R> = R extends readonly [unknown, unknown, unknown, Meaning<infer F>] ? F : never

/** A message that came: what it is called and what reads it. */
export interface ReceivedMessage {
  readonly name: string
  readonly declaration: Declaration<unknown>
}

/** A message of a protocol, as it is sent. */
export interface NamedMessage extends ReceivedMessage, Meaning {
  /** `nlmsg_type` */
  readonly type: number
  /** It is sent with NLM_F_ACK: its ack comes behind all replies. Where it is not, there is one reply. */
  readonly isAcked: boolean
  /** Members of its header that the name stands for (`genlmsghdr.cmd`); they are filled in where a request leaves them out. */
  readonly header?: Readonly<Record<string, unknown>>
}

/** A message whose type tells it apart. */
export interface NumberedMessage extends NamedMessage {
  /** What the kernel sends under the same number. */
  readonly reply: Declaration<unknown>
}
