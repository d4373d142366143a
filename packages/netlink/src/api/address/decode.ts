import { type AddressMessage, IFA_F, IFAPROT, RT_SCOPE } from '../../route/index.js'
import { familyName } from '../values/ip-text.js'
import { flagsIn, named } from '../values/names.js'
import { defined, withMessage } from '../values/objects.js'
import type { Address } from './types.js'

/** INFINITY_LIFE_TIME, net/addrconf.h */
export const INFINITE_LIFETIME = 0xffffffff

const seconds = (lifetime: number | undefined) =>
  lifetime === undefined || lifetime === INFINITE_LIFETIME ? Number.POSITIVE_INFINITY : lifetime

/** Returns the preferred lifetime. For a permanent IPv4 address that is not preferred, the kernel reports infinity and the flag DEPRECATED. */
const preferredSeconds = (flags: number, lifetime: number | undefined) =>
  (flags & IFA_F.DEPRECATED) !== 0 && seconds(lifetime) === Number.POSITIVE_INFINITY ? 0 : seconds(lifetime)

/** Converts a message to an address. */
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
    metric: attrs.rtPriority,
    proto: attrs.proto === undefined ? undefined : named(IFAPROT, attrs.proto),
  })
  return withMessage(address, message) as Address
}
