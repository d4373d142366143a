import { attributes, bytes, type Declaration, message, nameOf } from '../codec/index.js'
import { sockDiag } from '../diag/index.js'
import * as generic from '../generic/index.js'
import { NETLINK, NLMSG, type Nlmsghdr, type NumberedProtocol, type RequestTraits, traitsOf } from '../message/index.js'
import { netfilter, nfgenmsg } from '../netfilter/index.js'
import { rtnetlink } from '../route/index.js'
import { xfrm } from '../xfrm/index.js'
import { addressFamily } from './families.js'
import { RecentRequests } from './recent-requests.js'

/** Protocols whose message types identify the messages, by their numbers. */
const protocols: ReadonlyMap<number, NumberedProtocol> = new Map(
  [rtnetlink, sockDiag, xfrm, netfilter].map((each) => [each.number, each]),
)

const isFamily = (exported: unknown): exported is generic.GenericFamily =>
  typeof exported === 'object' && exported !== null && 'byCommand' in exported

/** All declared families of generic netlink, by name. */
const genericFamilies: ReadonlyMap<string, generic.GenericFamily> = new Map(
  (Object.values(generic) as unknown[]).filter(isFamily).map((family) => [family.name, family]),
)

/** Families with fixed numbers, linux/genetlink.h */
const fixedFamilies: readonly (readonly [number, string])[] = [
  [16, 'nlctrl'],
  [17, 'VFS_DQUOT'],
  [18, 'pmcraid'],
]

/** Position and direction of a message. */
export interface PayloadPosition {
  /** NETLINK_* */
  readonly protocol: number
  readonly toKernel: boolean
  /** `nlmsg_type` */
  readonly type: number
  readonly bytes: Buffer
  /** Of the payload. */
  readonly start: number
  readonly end: number
}

/** Identity of a message. */
export interface Known {
  /** The kernel's name; `NETLINK_ROUTE:200` or `thermal:3` without a declaration. */
  readonly name: string
  /** Declarations of the payload: the first one that matches counts. Raw bytes come last if there is no other declaration. */
  readonly declarations: readonly [Declaration<unknown>, ...Declaration<unknown>[]]
  /** The family of generic netlink. For other protocols, the address family in the payload's first byte. */
  readonly family: string | undefined
}

/** State of a capture that later messages depend on. */
export interface Learnt {
  /** Families of generic netlink by the message types that the kernel gave them. */
  readonly families: Map<number, string>
  /** The unanswered requests, by {@link requestKey}. */
  readonly requests: RecentRequests
  /** True if the packet types contain the direction: nlmon only uses one of them. */
  directions: boolean
}

export const learntNothing = (families: ReadonlyMap<number, string>): Learnt => ({
  families: new Map([...fixedFamilies, ...families]),
  requests: new RecentRequests(),
  directions: false,
})

/** Returns the key that a request and its reply share. The kernel may set the port if the sender omitted it. */
export const requestKey = (protocol: number, { type, seq }: Pick<Nlmsghdr, 'type' | 'seq'>) =>
  `${protocol} ${type} ${seq}`

/** e.g. `NETLINK_ROUTE` */
export const protocolName = (protocol: number) => nameOf(NETLINK, protocol)

/** Identifies a message that is not a control message. */
export function identify(position: PayloadPosition, learnt: Learnt): Known {
  if (position.protocol === NETLINK.GENERIC) return identifyGeneric(position, learnt)
  const { protocol, type, toKernel } = position
  const first = position.start < position.end ? position.bytes[position.start] : undefined
  const family = addressFamily(protocol, first)
  const found = protocols.get(protocol)?.byType(type)
  if (found) return { name: found.name, declarations: [toKernel ? found.declaration : found.reply], family }
  const name = `${protocolName(protocol)}:${type}`
  return { name, declarations: protocol === NETLINK.NETFILTER ? [anyNetfilter, bytes] : [bytes], family }
}

/** Declares what all messages of netfilter have in common. */
const anyNetfilter = message('netfilter message', nfgenmsg, attributes('NLA', {}))

/** Declares what all families of generic netlink have in common. Some families have a header of their own after it. */
const anyGeneric = message('generic netlink message', generic.genlmsghdr, attributes('NLA', {}))

function identifyGeneric(position: PayloadPosition, { families }: Learnt): Known {
  const { type, toKernel, bytes: from, start, end } = position
  const family = families.get(type)
  const title = family ?? `${protocolName(NETLINK.GENERIC)}:${type}`
  if (start === end) return { name: title, declarations: [bytes], family }
  const cmd = from.readUInt8(start)
  const found = genericFamilies.get(family ?? '')?.byCommand(cmd, !toKernel, position)
  if (found) return { name: found.name, declarations: [found.declaration], family }
  return { name: `${title}:${cmd}`, declarations: [anyGeneric, bytes], family }
}

/** Returns the meaning of the message with this name in any protocol or family. */
export function meaningByName(name: string): RequestTraits | undefined {
  for (const { messages } of [...protocols.values(), ...genericFamilies.values()]) {
    const row = Object.hasOwn(messages, name) ? messages[name] : undefined
    if (row !== undefined) return traitsOf(row)
  }
  return undefined
}

/** True for the messages that mean the same in every protocol. */
export const isControl = (type: number) => type < 16

/** e.g. `NLMSG_DONE` */
export const controlName = (type: number) => nameOf(NLMSG, type)
