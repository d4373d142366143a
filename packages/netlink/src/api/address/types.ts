import { type AddressMessage, IFA_F, RT_SCOPE } from '../../route/index.js'
import { familyName, type IpFamily } from '../ip-text.js'
import type { LinkRef } from '../link-ref.js'
import { type Flag, flagsIn, type Named, named } from '../names.js'
import { defined } from '../objects.js'
import { withMessage } from '../with-message.js'

export type AddressFlag = Flag<typeof IFA_F>

/** An address of a link, as it was told. */
export interface Address {
  readonly family: IpFamily
  /** `10.0.0.1/24`; without its length where there is a peer, whose network it is then. */
  readonly address: string
  /** The other end of a point-to-point link: `10.0.0.2/32` */
  readonly peer?: string
  /** The index of its link. */
  readonly dev: number
  readonly broadcast?: string
  readonly label?: string
  readonly scope: Named<typeof RT_SCOPE>
  readonly flags: readonly AddressFlag[]
  /** Seconds from when it was told; Infinity: for ever. */
  readonly validLifetime: number
  readonly preferredLifetime: number
  /** Of the route to its network. */
  readonly metric?: number
  /** IFAPROT_*: who made it */
  readonly proto?: number
  /** What the kernel told. Not enumerable. */
  readonly message: AddressMessage
}

/** What an address can be given. */
export interface NewAddress {
  /** `10.0.0.1/24`; a bare address is a network of one. */
  readonly address: string
  readonly dev: LinkRef
  /** What `address` says; here so that what was read can be written. */
  readonly family?: IpFamily | undefined
  readonly peer?: string | undefined
  /** Of IPv4. */
  readonly broadcast?: string | undefined
  /** Of IPv4: at most 15 bytes. */
  readonly label?: string | undefined
  readonly scope?: Named<typeof RT_SCOPE> | undefined
  readonly flags?: readonly AddressFlag[] | undefined
  /** Seconds from 1; Infinity, if left out. */
  readonly validLifetime?: number | undefined
  /** Seconds from 0, at most the valid lifetime, which is the default. */
  readonly preferredLifetime?: number | undefined
  readonly metric?: number | undefined
  readonly proto?: number | undefined
}

/** INFINITY_LIFE_TIME, net/addrconf.h */
const FOR_EVER = 0xffffffff

const seconds = (lifetime: number | undefined) =>
  lifetime === undefined || lifetime === FOR_EVER ? Number.POSITIVE_INFINITY : lifetime
const lifetime = (value: number) => (value === Number.POSITIVE_INFINITY ? FOR_EVER : value)

/** The kernel tells IPv4's that is for ever, and never preferred, as preferred for ever and DEPRECATED. */
const preferredSeconds = (flags: number, lifetime: number | undefined) =>
  (flags & IFA_F.DEPRECATED) !== 0 && seconds(lifetime) === Number.POSITIVE_INFINITY ? 0 : seconds(lifetime)

/** `struct ifa_cacheinfo` of lifetimes, or nothing where none is given. */
export function cacheinfoOf({ validLifetime, preferredLifetime }: NewAddress) {
  if (validLifetime === undefined && preferredLifetime === undefined) return undefined
  const valid = validLifetime ?? Number.POSITIVE_INFINITY
  return { prefered: lifetime(preferredLifetime ?? valid), valid: lifetime(valid), cstamp: 0, tstamp: 0 }
}

/** An address of its message. */
export function toAddress(message: AddressMessage): Address {
  const { family, prefixlen, index: dev, scope, attrs } = message
  const flags = attrs.flags ?? message.flags
  const own = attrs.local ?? attrs.address ?? ''
  const peer = attrs.local !== undefined && attrs.address !== attrs.local ? attrs.address : undefined
  const address = defined({
    family: familyName(family),
    address: peer === undefined ? `${own}/${prefixlen}` : own,
    peer: peer === undefined ? undefined : `${peer}/${prefixlen}`,
    ...{ dev, broadcast: attrs.broadcast, label: attrs.label },
    ...{ scope: named(RT_SCOPE, scope), flags: flagsIn(IFA_F, flags) },
    ...{
      validLifetime: seconds(attrs.cacheinfo?.valid),
      preferredLifetime: preferredSeconds(flags, attrs.cacheinfo?.prefered),
    },
    ...{ metric: attrs.rtPriority, proto: attrs.proto },
  })
  return withMessage(address, message) as Address
}
