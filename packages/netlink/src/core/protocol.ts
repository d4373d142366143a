import type { Declaration, Infer, Request } from '../codec/index.js'

/** Each message of a protocol: its number, its declaration, and that of the replies to it where they are shaped otherwise. */
export type Messages = Readonly<
  Record<string, readonly [type: number, declaration: Declaration<unknown>, reply?: Declaration<unknown>]>
>

/** A netlink protocol: which socket it needs and which messages it has. */
export interface Protocol<M extends Messages = Messages> {
  /** e.g. `NETLINK_ROUTE` */
  readonly name: string
  readonly number: number
  readonly messages: M
  /** The message that a number stands for, or undefined. */
  byType(type: number): NamedMessage | undefined
  /** The message of a name. @throws {TypeError} where the protocol has none such */
  byName(name: string): NamedMessage
}

/** Declares a protocol, e.g. NETLINK_ROUTE with its RTM_* messages. */
export function protocol<const M extends Messages>(name: string, number: number, messages: M): Protocol<M> {
  let byName: ReadonlyMap<string, NamedMessage> | undefined
  let byType: ReadonlyMap<number, NamedMessage> | undefined
  const index = () => {
    byName ??= new Map(
      Object.entries(messages).map(([key, [type, each]]) => [key, { name: key, type, declaration: each }]),
    )
    return byName
  }
  return {
    name,
    number,
    messages,
    byType(type) {
      byType ??= new Map([...index().values()].map((each) => [each.type, each]))
      return byType.get(type)
    },
    byName(key) {
      const found = index().get(key)
      if (found === undefined) throw new TypeError(`expected a message of ${name}, got '${key}'`)
      return found
    },
  }
}

/** What the replies to a message decode to. */
export type ReplyOf<M extends Messages, N extends keyof M> = M[N] extends readonly [number, unknown, infer R]
  ? Infer<R>
  : Infer<M[N][1]>

/** What a message takes to be sent: everything may be left out. */
export type RequestOf<M extends Messages, N extends keyof M> = Request<Infer<M[N][1]>>

/** A message of a protocol. */
export interface NamedMessage {
  readonly name: string
  readonly type: number
  readonly declaration: Declaration<unknown>
}
