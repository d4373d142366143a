import {
  AF,
  type AnyConstants,
  attributes,
  type ByteOrder,
  bytes,
  type Declaration,
  message,
  nameOf,
} from '../codec/index.js'
import { WordCache } from '../codec/word-cache.js'
import { connector, connectorName } from '../connector/index.js'
import { sockDiag } from '../diag/index.js'
import { isTipcMessage } from '../diag/tipc.js'
import * as families from '../generic/families.js'
import { type GenericFamily, genlmsghdr } from '../generic/index.js'
import {
  NETLINK,
  NLMSG,
  NLMSG_MIN_TYPE,
  type Nlmsghdr,
  type NumberedProtocol,
  type RequestTraits,
  traitsOf,
} from '../message/index.js'
import { netfilter, nfgenmsg } from '../netfilter/index.js'
import { rdma } from '../rdma/index.js'
import { rtnetlink, tfilterMessage } from '../route/index.js'
import { xfrm } from '../xfrm/index.js'
import { addressFamily } from './families.js'
import { filterByKind, NamedCommands } from './named-headers.js'
import { RecentRequests } from './recent-requests.js'

/** Protocols that identify messages by `nlmsg_type`, by their numbers. */
const protocols: ReadonlyMap<number, NumberedProtocol> = new Map(
  [rtnetlink, sockDiag, xfrm, netfilter, rdma, connector].map((each) => [each.number, each]),
)

/** All declared generic netlink families, by name. */
const genericFamilies: ReadonlyMap<string, GenericFamily> = new Map(
  Object.values(families).map((family) => [family.name, family]),
)

/** Returns the declared generic netlink family of this name, or undefined. */
export const declaredFamily = (name: string): GenericFamily | undefined => genericFamilies.get(name)

/** Generic netlink families with fixed numbers, linux/genetlink.h. */
const fixedFamilies: readonly (readonly [number, string])[] = [
  [16, 'nlctrl'],
  [17, 'VFS_DQUOT'],
  [18, 'pmcraid'],
]

/** Position, type and protocol of a message. */
export interface PayloadPosition {
  /** Protocol: NETLINK_*. */
  readonly protocol: number
  readonly toKernel: boolean
  /** `nlmsg_type` */
  readonly type: number
  readonly bytes: Buffer
  /** Offsets of the payload. */
  readonly start: number
  readonly end: number
}

/** Name and declarations of a message. */
export interface Identity {
  /** The kernel's name. Messages without a declaration are named like `NETLINK_ROUTE:200` or `thermal:3`. */
  readonly name: string
  /**
   * Possible declarations of the payload. The first one that decodes it is used. If there is none, this is the declaration of
   * raw bytes.
   */
  readonly declarations: readonly [Declaration<unknown>, ...Declaration<unknown>[]]
  /** Name of the generic netlink family. For other protocols, name of the address family in the header. */
  readonly family: string | undefined
}

/** State of a capture that later messages depend on. */
export interface CaptureState {
  /** Names of the generic netlink families, by their message type. */
  readonly families: Map<number, string>
  /** The requests that were not answered yet, by {@link requestKey}. */
  readonly requests: RecentRequests
  /** True if the packet types distinguish both directions. In captures of nlmon they do not. */
  hasDirections: boolean
  /** Declarations of generic netlink's commands. */
  readonly commands: NamedCommands
  /** Words of numbers that earlier spans had. */
  readonly words: WordCache
}

export const newCaptureState = (families: ReadonlyMap<number, string>): CaptureState => ({
  families: new Map([...fixedFamilies, ...families]),
  requests: new RecentRequests(),
  hasDirections: false,
  commands: new NamedCommands(),
  words: new WordCache(),
})

/**
 * Returns a key that a request and its replies have in common. It has no port id, because the kernel may assign it after the
 * request was recorded.
 */
export const requestKey = (protocol: number, { type, seq }: Pick<Nlmsghdr, 'type' | 'seq'>) =>
  `${protocol} ${type} ${seq}`

/** Returns the names of a protocol's errors that are not errnos. */
export const errorsOf = (protocol: number): AnyConstants | undefined => protocols.get(protocol)?.errors

/** e.g. `NETLINK_ROUTE` */
export const protocolName = (protocol: number) => nameOf(NETLINK, protocol)

/** Byte order of a datagram, and what earlier ones have shown. */
interface IdentifyContext {
  readonly order: ByteOrder
  readonly state: CaptureState
}

/** Returns the address family of a message: its first byte, except of an AF_TIPC socket, whose message has no header. */
function familyNumber(
  { protocol, toKernel, bytes, start, end }: PayloadPosition,
  order: ByteOrder,
): number | undefined {
  if (start >= end) return undefined
  const isTipc = protocol === NETLINK.SOCK_DIAG && !toKernel && isTipcMessage(bytes, start, end, order)
  return isTipc ? AF.TIPC : bytes[start]
}

/** Returns name and declarations of a message that is not a control message. */
export function identify(position: PayloadPosition, { order, state }: IdentifyContext): Identity {
  if (position.protocol === NETLINK.GENERIC) return identifyGeneric(position, state)
  const { protocol, type, toKernel } = position
  const family = addressFamily(protocol, familyNumber(position, order))
  const found = protocols.get(protocol)?.byType(type)
  if (found) {
    const declared = toKernel ? found.declaration : found.reply
    return {
      name: nameOfMessage(found.name, position, order),
      declarations: [declared === tfilterMessage ? filterByKind : declared],
      family,
    }
  }
  const name = `${protocolName(protocol)}:${type}`
  return { name, declarations: protocol === NETLINK.NETFILTER ? [anyNetfilter, bytes] : [bytes], family }
}

/** The structure that all messages of netfilter have. */
const anyNetfilter = message('netfilter message', nfgenmsg, attributes('NLA', {}))

/** Returns the name of a message. In NETLINK_CONNECTOR, all have the same type, so that it is the content that has a name. */
const nameOfMessage = (name: string, { protocol, toKernel, bytes, start, end }: PayloadPosition, order: ByteOrder) =>
  protocol === NETLINK.CONNECTOR ? (connectorName(bytes, start, end, { order, toKernel }) ?? name) : name

/**
 * The structure that all messages of generic netlink have. In some families a further header follows, so decoding their
 * attributes may fail.
 */
const anyGeneric = message('generic netlink message', genlmsghdr, attributes('NLA', {}))

function identifyGeneric(position: PayloadPosition, { families, commands }: CaptureState): Identity {
  const { type, toKernel, bytes: from, start, end } = position
  const family = families.get(type)
  const title = family ?? `${protocolName(NETLINK.GENERIC)}:${type}`
  if (start === end) return { name: title, declarations: [bytes], family }
  const cmd = from.readUInt8(start)
  const found = genericFamilies.get(family ?? '')?.byCommand(cmd, !toKernel, position)
  if (found) return { name: found.name, declarations: [commands.of(found.declaration, found.name, cmd)], family }
  return { name: `${title}:${cmd}`, declarations: [anyGeneric, bytes], family }
}

/** Returns the traits of the message with this name, in any protocol or family. */
export function traitsByName(name: string): RequestTraits | undefined {
  for (const { messages } of [...protocols.values(), ...genericFamilies.values()]) {
    const row = Object.hasOwn(messages, name) ? messages[name] : undefined
    if (row !== undefined) return traitsOf(row)
  }
  return undefined
}

/** True for control messages, which are the same in every protocol except NETLINK_CONNECTOR. */
export const isControl = (protocol: number, type: number) =>
  type < (protocols.get(protocol)?.firstType ?? NLMSG_MIN_TYPE)

/** e.g. `NLMSG_DONE` */
export const controlName = (type: number) => nameOf(NLMSG, type)
