import { type Codec, compile, type Declaration, type Infer, type Request } from '../codec/index.js'

/** Each message of a protocol: its number and its declaration. */
export type Messages = Readonly<Record<string, readonly [type: number, declaration: Declaration<unknown>]>>

/** A netlink protocol: which socket it needs and which messages it has. */
export interface Protocol<M extends Messages = Messages> {
  /** e.g. `NETLINK_ROUTE` */
  readonly name: string
  readonly number: number
  readonly messages: M
}

/** Declares a protocol, e.g. NETLINK_ROUTE with its RTM_* messages. */
export function protocol<const M extends Messages>(name: string, number: number, messages: M): Protocol<M> {
  return { name, number, messages }
}

/** What a message decodes to. */
export type MessageOf<M extends Messages, N extends keyof M> = Infer<M[N][1]>

/** What a message takes to be sent: everything may be left out. */
export type RequestOf<M extends Messages, N extends keyof M> = Request<MessageOf<M, N>>

/** A message of a protocol, found by number. */
export interface NamedMessage {
  readonly name: string
  readonly type: number
  readonly codec: Codec<unknown>
}

const named = (name: string, [type, declaration]: Messages[string]): NamedMessage => ({
  name,
  type,
  codec: compile(declaration),
})

/** The message that a number stands for, or undefined. */
export function messageByType({ messages }: Protocol, type: number): NamedMessage | undefined {
  const entry = Object.entries(messages).find(([, [number]]) => number === type)
  return entry && named(...entry)
}

/** The message of a name. @throws {TypeError} where the protocol has none such */
export function messageByName({ name: protocolName, messages }: Protocol, name: string): NamedMessage {
  const entry = Object.hasOwn(messages, name) ? messages[name] : undefined
  if (entry === undefined) throw new TypeError(`expected a message of ${protocolName}, got '${name}'`)
  return named(name, entry)
}
