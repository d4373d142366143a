import { perOrder } from '../../codec/codec.js'
import {
  AF,
  attributes,
  type ByteOrder,
  type Codec,
  type Declaration,
  EncodeError,
  type Infer,
  message,
  picked,
} from '../../codec/index.js'
import { byFamily } from '../../diag/family.js'
import {
  type InetDiagMessage,
  inet6DiagMsg,
  inetDiagAttrs,
  inetDiagMsg,
  inetDiagSockopt,
  type TcpInfo,
  tcpInfo,
} from '../../diag/index.js'
import { decodePart } from '../values/lazy-message.js'
import { toTcpDetails } from './tcp-decode.js'
import type { TcpDetails } from './tcp-types.js'
import type { InetSocketOption } from './types.js'

// A list of 10,000 sockets with `info: true` took twice as long, half of it for objects of 60 members that the garbage collector
// copied. So `struct tcp_info` is decoded when `tcp` is read. The messages are there: objects of lists keep them.

/** A socket with some attributes. */
type MessageWith<A> = Omit<InetDiagMessage, 'attrs'> & { readonly attrs: A }

// The kernel answers with sockets of the requested family.
const ofFamily = <A>(attrs: Declaration<A>) =>
  byFamily('inet_diag', {
    [AF.INET]: message('inet_diag', inetDiagMsg, attrs),
    [AF.INET6]: message('inet_diag', inet6DiagMsg, attrs),
  }) as Declaration<unknown> as Declaration<MessageWith<A>>

type Decode<T> = Codec<T>['decode']

/** Declares an attribute that lists decode to something else than its value. */
const decodedTo = <T>(
  { name }: { readonly name: string },
  decode: (order: ByteOrder) => Decode<T>,
): Declaration<T> => ({
  kind: 'opaque',
  name,
  codec: perOrder((order) => ({
    name,
    decode: decode(order),
    encode() {
      throw new EncodeError(`expected ${name} to be decoded only`)
    },
  })),
})

/** Returns the options that are set. `unused` is padding. */
export const optionsIn = (sockopt: Readonly<Record<string, number>>) =>
  Object.keys(sockopt).filter((key) => sockopt[key] === 1 && key !== 'unused') as InetSocketOption[]

/** The options of sockets have few combinations: sockets with the same ones share an array. */
const options = decodedTo(inetDiagSockopt, (order) => {
  const { decode } = inetDiagSockopt.codec(order)
  const known = new Map<number, readonly InetSocketOption[]>()
  return (bytes, start, end) => {
    if (end - start !== inetDiagSockopt.size) return optionsIn(decode(bytes, start, end))
    const bits = bytes.readUint16LE(start)
    let found = known.get(bits)
    if (found === undefined) {
      found = Object.freeze(optionsIn(decode(bytes, start, end)))
      known.set(bits, found)
    }
    return found
  }
})

const { table } = inetDiagAttrs
const withOptions = { ...table, sockopt: [table.sockopt[0], options] } as const
const infoIsThere = decodedTo(tcpInfo, () => () => true as const)

/** A socket in a list: with the words of its options. */
export const listed = ofFamily(attributes('INET_DIAG', withOptions))

/** A TCP socket in a list: also, its `info` is true in place of {@link TcpInfo}. */
export const listedTcp = ofFamily(attributes('INET_DIAG', { ...withOptions, info: [table.info[0], infoIsThere] }))

export type Listed = Infer<typeof listed> | Infer<typeof listedTcp>

const infoPart = ofFamily(picked(inetDiagAttrs, { info: true }))

/** The details that were read last: several members of one socket are often read one after another. */
let last: { readonly socket: object; readonly details: TcpDetails } | undefined

const tcp = {
  enumerable: true,
  get(this: object): TcpDetails {
    if (last?.socket !== this)
      last = { socket: this, details: toTcpDetails(decodePart(this, infoPart).attrs.info as TcpInfo) }
    return last.details
  },
}

/** Node prints `[Getter]` for members that are computed, unless the object says how it is printed. */
const printed = {
  value(this: object, _depth: number, options: object, inspect: (value: object, options: object) => string) {
    return inspect({ ...this }, options)
  },
}

/** Adds `tcp` to an object of a list, which is decoded when it is read. Copies of the object contain the value. */
export function addLazyTcp(socket: object): void {
  Object.defineProperty(socket, 'tcp', tcp)
  Object.defineProperty(socket, Symbol.for('nodejs.util.inspect.custom'), printed)
}
