import { attributes, bytes, type Declaration, message, nameOf } from '../codec/index.js'
import { sockDiag } from '../diag/index.js'
import * as generic from '../generic/index.js'
import { NETLINK, NLMSG, type Nlmsghdr, type NumberedProtocol, type RequestTraits, traitsOf } from '../message/index.js'
import { netfilter, nfgenmsg } from '../netfilter/index.js'
import { rtnetlink } from '../route/index.js'
import { xfrm } from '../xfrm/index.js'
import { addressFamily } from './families.js'
import { RecentRequests } from './recent-requests.js'

/** Protocols whose message types tell the messages apart, by their numbers. */
const protocols: ReadonlyMap<number, NumberedProtocol> = new Map(
  [rtnetlink, sockDiag, xfrm, netfilter].map((each) => [each.number, each]),
)

const isFamily = (exported: unknown): exported is generic.GenericFamily =>
  typeof exported === 'object' && exported !== null && 'byCommand' in exported

/** Families of generic netlink, by their names: all that generic/ has. */
const genericFamilies: ReadonlyMap<string, generic.GenericFamily> = new Map(
  (Object.values(generic) as unknown[]).filter(isFamily).map((family) => [family.name, family]),
)

/** Numbers that the kernel gives to the same families each time, linux/genetlink.h */
const fixedFamilies: readonly (readonly [number, string])[] = [
  [16, 'nlctrl'],
  [17, 'VFS_DQUOT'],
  [18, 'pmcraid'],
]

/** Where a message is, and which way it goes. */
export interface Place {
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

/** What a message is. */
export interface Known {
  /** The kernel's name; `NETLINK_ROUTE:200` or `thermal:3` where we have none. */
  readonly name: string
  /** What reads the payload: the first that can. Raw bytes come last where no row says what it is. */
  readonly declarations: readonly [Declaration<unknown>, ...Declaration<unknown>[]]
  /** Of generic netlink its family, of others the address family in the payload's first byte. */
  readonly family: string | undefined
}

/** What is learnt from a capture's messages about those that follow. */
export interface Learnt {
  /** Families of generic netlink by the message types that the kernel gave them. */
  readonly families: Map<number, string>
  /** The requests that are not answered yet, by {@link requestKey}. */
  readonly requests: RecentRequests
  /** The packet types tell the direction: there were some that nlmon never gives. */
  directions: boolean
}

export const learntNothing = (families: ReadonlyMap<number, string>): Learnt => ({
  families: new Map([...fixedFamilies, ...families]),
  requests: new RecentRequests(),
  directions: false,
})

/** What a request and its answer have in common. The kernel may fill in the port that the sender left out. */
export const requestKey = (protocol: number, { type, seq }: Pick<Nlmsghdr, 'type' | 'seq'>) =>
  `${protocol} ${type} ${seq}`

/** e.g. `NETLINK_ROUTE` */
export const protocolName = (protocol: number) => nameOf(NETLINK, protocol)

/** Names and reads a message that is no control message. */
export function identify(place: Place, learnt: Learnt): Known {
  if (place.protocol === NETLINK.GENERIC) return identifyGeneric(place, learnt)
  const { protocol, type, toKernel } = place
  const first = place.start < place.end ? place.bytes[place.start] : undefined
  const family = addressFamily(protocol, first)
  const found = protocols.get(protocol)?.byType(type)
  if (found) return { name: found.name, declarations: [toKernel ? found.declaration : found.reply], family }
  const name = `${protocolName(protocol)}:${type}`
  return { name, declarations: protocol === NETLINK.NETFILTER ? [anyNetfilter, bytes] : [bytes], family }
}

/** What every message of netfilter has in common. */
const anyNetfilter = message('netfilter message', nfgenmsg, attributes('NLA', {}))

/** What every family of generic netlink has in common. A header of the family's own may be in the way. */
const anyGeneric = message('generic netlink message', generic.genlmsghdr, attributes('NLA', {}))

function identifyGeneric(place: Place, { families }: Learnt): Known {
  const { type, toKernel, bytes: from, start, end } = place
  const family = families.get(type)
  const title = family ?? `${protocolName(NETLINK.GENERIC)}:${type}`
  if (start === end) return { name: title, declarations: [bytes], family }
  const cmd = from.readUInt8(start)
  const found = genericFamilies.get(family ?? '')?.byCommand(cmd, !toKernel, place)
  if (found) return { name: found.name, declarations: [found.declaration], family }
  return { name: `${title}:${cmd}`, declarations: [anyGeneric, bytes], family }
}

/** The meaning of the message that has this name in any protocol or family. */
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
