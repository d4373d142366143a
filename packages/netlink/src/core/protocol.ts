import type { Declaration, Infer, Request } from '../codec/index.js'
import { printable } from '../codec/index.js'
import type { Frame } from './frame.js'

/**
 * Each message of a protocol: its number, its declaration, and, where it is shaped otherwise, that of what the kernel
 * sends: in reply to it, or under the same number.
 */
export type Messages = Readonly<
  Record<string, readonly [type: number, declaration: Declaration<unknown>, reply?: Declaration<unknown>]>
>

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
  received(frame: Frame): ReceivedMessage | undefined
}

/** A protocol whose message types tell the messages apart: all but the families of generic netlink. */
export interface NumberedProtocol<M extends Messages = Messages, G extends string = string> extends Protocol<M, G> {
  /** The message that a number stands for, or undefined. */
  byType(type: number): NumberedMessage | undefined
}

/** By its name, as nearly all of netlink names them. */
export const isGetByName = (name: string) => name.includes('_GET')

/** What a protocol has beside its messages. */
export interface ProtocolOptions<M extends Messages, G extends string> {
  /** Which messages only ask: they are answered, all others acknowledged. Those with `_GET` in their name, if left out. */
  readonly isGet?: (name: keyof M & string) => boolean
  /** The multicast groups. */
  readonly groups?: Readonly<Record<G, number>>
}

/** Declares a protocol, e.g. NETLINK_ROUTE with its RTM_* messages. */
export function protocol<const M extends Messages, G extends string = never>(
  name: string,
  number: number,
  messages: M,
  { isGet = isGetByName, groups }: ProtocolOptions<M, G> = {},
): NumberedProtocol<M, G> {
  let byName: ReadonlyMap<string, NumberedMessage> | undefined
  let byType: ReadonlyMap<number, NumberedMessage> | undefined
  const index = () => {
    byName ??= new Map(
      Object.entries(messages).map(([key, [type, declaration, reply = declaration]]) => [
        key,
        { name: key, type, declaration, reply, isGet: isGet(key), isAcked: !isGet(key) },
      ]),
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
export type ReplyOf<M extends Messages, N extends keyof M> = M[N] extends readonly [number, unknown, infer R]
  ? Infer<R>
  : Infer<M[N][1]>

/** What a message takes to be sent: everything may be left out. */
export type RequestOf<M extends Messages, N extends keyof M> = Request<Infer<M[N][1]>>

/** A message that came: what it is called and what reads it. */
export interface ReceivedMessage {
  readonly name: string
  readonly declaration: Declaration<unknown>
}

/** A message of a protocol, as it is sent. */
export interface NamedMessage extends ReceivedMessage {
  /** `nlmsg_type` */
  readonly type: number
  /** It only asks: it can be dumped, and asked again. */
  readonly isGet: boolean
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
