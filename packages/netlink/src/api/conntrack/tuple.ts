import { ArgumentError, type Infer, show } from '../../codec/index.js'
import { ICMP, ICMPV6, IPPROTO } from '../../constants/index.js'
import type { ctTupleAttrs } from '../../netfilter/index.js'
import { U8, U16 } from '../values/accepted.js'
import { addressOf, canonical, familyOf, type IpFamily } from '../values/ip-text.js'
import { named, numberOf } from '../values/names.js'
import { checkKeys, constructorOf, defined, requireKeys } from '../values/objects.js'
import type { ConntrackProtocolTuple, ConntrackTuple } from './types.js'

export type TupleMessage = Infer<typeof ctTupleAttrs>

const { TCP, UDP, DCCP, GRE, SCTP, UDPLITE } = IPPROTO
/** Protocols whose tuples have ports. Those of GRE are keys. */
const withPorts: ReadonlySet<number> = new Set([TCP, UDP, DCCP, GRE, SCTP, UDPLITE])

/** Returns the protocol of a tuple. */
export const protocolOf = ({ proto }: TupleMessage) => named(IPPROTO, proto?.num ?? 0)

const TupleObject = constructorOf<ConntrackTuple, TupleMessage>(function ({ ip, proto, zone }) {
  this.src = ip?.v4Src ?? ip?.v6Src ?? ''
  this.dst = ip?.v4Dst ?? ip?.v6Dst ?? ''
  if (proto?.srcPort !== undefined) this.sport = proto.srcPort
  if (proto?.dstPort !== undefined) this.dport = proto.dstPort
  if (proto?.icmpType !== undefined) this.icmpType = named(ICMP, proto.icmpType)
  if (proto?.icmpv6Type !== undefined) this.icmpType = named(ICMPV6, proto.icmpv6Type)
  const code = proto?.icmpCode ?? proto?.icmpv6Code
  const id = proto?.icmpId ?? proto?.icmpv6Id
  if (code !== undefined) this.icmpCode = code
  if (id !== undefined) this.icmpId = id
  if (zone !== undefined) this.zone = zone
})

/** Converts the tuple of one direction. */
export const toTuple = (message: TupleMessage): ConntrackTuple => new TupleObject(message)

/** Converts a tuple with its protocol. */
export const toProtocolTuple = (message: TupleMessage): ConntrackProtocolTuple => ({
  protocol: protocolOf(message),
  ...toTuple(message),
})

/** Returns the number of a protocol. @throws {TypeError} */
export const protocolNumberOf = (what: string, protocol: string | number) =>
  numberOf(`protocol of ${what}`, IPPROTO, protocol)

/** The members of a tuple that depend on the protocol, with the values that they accept. */
export const partKeys = { sport: U16, dport: U16, icmpType: 1, icmpCode: U8, icmpId: U16 } as const
export const tupleKeys = { src: 1, dst: 1, zone: U16, ...partKeys } satisfies Record<keyof ConntrackTuple, unknown>

export type TuplePart = keyof typeof partKeys
type Parts = Pick<ConntrackTuple, TuplePart>

/** Returns the members that the tuples of a protocol have. */
export function partsOf(protocol: number): readonly TuplePart[] {
  if (withPorts.has(protocol)) return ['sport', 'dport']
  return protocol === IPPROTO.ICMP || protocol === IPPROTO.ICMPV6 ? ['icmpType', 'icmpCode', 'icmpId'] : []
}

/** Encodes the members that depend on the protocol. @throws {TypeError} for those that it does not have */
export function encodeParts(what: string, protocol: number, tuple: Parts) {
  const parts = partsOf(protocol)
  for (const key of Object.keys(partKeys) as TuplePart[])
    if (tuple[key] !== undefined && !parts.includes(key))
      throw new ArgumentError(
        `expected ${what} without ${key}, because ${named(IPPROTO, protocol)} has none, got ${show(tuple[key])}`,
      )
  const { sport, dport, icmpType, icmpCode, icmpId } = tuple
  const typeIn = (family: typeof ICMP | typeof ICMPV6) =>
    icmpType === undefined ? undefined : numberOf(`icmpType of ${what}`, family, icmpType)
  if (protocol === IPPROTO.ICMP) return { num: protocol, ...defined({ icmpType: typeIn(ICMP), icmpCode, icmpId }) }
  if (protocol === IPPROTO.ICMPV6)
    return {
      num: protocol,
      ...defined({ icmpv6Type: typeIn(ICMPV6), icmpv6Code: icmpCode, icmpv6Id: icmpId }),
    }
  return { num: protocol, ...defined({ srcPort: sport, dstPort: dport }) }
}

/** Encodes addresses of one family. */
export const encodeAddresses = (family: IpFamily, src: string | undefined, dst: string | undefined) =>
  family === 'inet6' ? defined({ v6Src: src, v6Dst: dst }) : defined({ v4Src: src, v4Dst: dst })

/** Checks a tuple that identifies a connection. @throws {TypeError} */
export function checkTuple(what: string, protocol: number, tuple: ConntrackTuple): void {
  checkKeys(what, tuple, tupleKeys)
  requireKeys(what, tuple, 'src', 'dst', ...partsOf(protocol))
}

/** Encodes a tuple that identifies a connection. Returns its family, too. @throws {TypeError} */
export function encodeTuple(what: string, protocol: number, tuple: ConntrackTuple) {
  checkTuple(what, protocol, tuple)
  const src = canonical(`src of ${what}`, tuple.src)
  const family = familyOf(src)
  const dst = addressOf(`dst of ${what}`, tuple.dst, family)
  const encoded: TupleMessage = {
    ip: encodeAddresses(family, src, dst),
    proto: encodeParts(what, protocol, tuple),
    ...defined({ zone: tuple.zone }),
  }
  return { family, encoded }
}

/** Encodes a tuple with its protocol. @throws {TypeError} */
export function encodeProtocolTuple(what: string, { protocol, ...tuple }: ConntrackProtocolTuple) {
  return encodeTuple(what, protocolNumberOf(what, protocol), tuple)
}

/** Types of ICMP messages that answer each other: invmap, net/netfilter/nf_conntrack_proto_icmp.c and …_icmpv6.c */
const answers: readonly (readonly [number, number])[] = [
  [ICMP.ECHO, ICMP.ECHOREPLY],
  [ICMP.TIMESTAMP, ICMP.TIMESTAMPREPLY],
  [ICMP.INFO_REQUEST, ICMP.INFO_REPLY],
  [ICMP.ADDRESS, ICMP.ADDRESSREPLY],
]
const answers6: readonly (readonly [number, number])[] = [
  [ICMPV6.ECHO_REQUEST, ICMPV6.ECHO_REPLY],
  [ICMPV6.NI_QUERY, ICMPV6.NI_REPLY],
]

function answerTo(type: number | undefined, pairs: typeof answers): number | undefined {
  for (const [request, answer] of pairs) {
    if (type === request) return answer
    if (type === answer) return request
  }
  return type
}

/** Returns the tuple of the answers. Its zone is not set. */
export function inverse({ ip = {}, proto }: TupleMessage): TupleMessage {
  const { num, srcPort, dstPort, icmpType, icmpCode, icmpId, icmpv6Type, icmpv6Code, icmpv6Id } = proto ?? {}
  return {
    ip: defined({ v4Src: ip.v4Dst, v4Dst: ip.v4Src, v6Src: ip.v6Dst, v6Dst: ip.v6Src }),
    proto: defined({
      ...{ num, srcPort: dstPort, dstPort: srcPort, icmpCode, icmpId, icmpv6Code, icmpv6Id },
      ...{ icmpType: answerTo(icmpType, answers), icmpv6Type: answerTo(icmpv6Type, answers6) },
    }),
  }
}
