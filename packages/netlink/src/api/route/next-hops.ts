import { AF, ArgumentError, show } from '../../codec/index.js'
import { type RouteMessage, RTNH_F } from '../../route/index.js'
import { indexOf } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { integers } from '../values/accepted.js'
import { encodeEncap } from '../values/encap.js'
import { canonical, familyNumber, familyOf } from '../values/ip-text.js'
import { checkLinkOrNone } from '../values/link-ref.js'
import { labelStack } from '../values/mpls-labels.js'
import { bitsOf, REPORTED_FLAGS } from '../values/names.js'
import { checkKeys } from '../values/objects.js'
import { encodeRealms } from '../values/realms.js'
import type { NewRouteNexthop } from './types.js'

/** The options of a next hop of `multipath`. */
export const nexthopKeys = {
  ...{ via: 1, as: 1, dev: 1, weight: integers(1, 256), realms: 1, flags: 1, encap: 1 },
} satisfies Record<keyof NewRouteNexthop, unknown>

/** Returns the attribute of a gateway: RTA_VIA if it is of another family than the route. */
export function encodeGateway(text: string | undefined, family: number) {
  if (text === undefined) return noGateway
  const gateway = canonical('via', text)
  const own = familyNumber(familyOf(gateway))
  return own === family ? { gateway, via: undefined } : { gateway: undefined, via: { family: own, addr: gateway } }
}
const noGateway = { gateway: undefined, via: undefined }

type Multipath = NonNullable<RouteMessage['attrs']['multipath']>

/** Returns RTA_MULTIPATH without the indexes of links. @throws {TypeError} */
export function encodeMultipath(hops: readonly NewRouteNexthop[] | undefined, family: number): Multipath | undefined {
  if (hops === undefined) return undefined
  if (!Array.isArray(hops) || hops.length === 0)
    throw new ArgumentError(`expected multipath to be a list of next hops, at least one, got ${show(hops)}`)
  return hops.map((hop) => {
    checkKeys('a next hop of multipath', hop, nexthopKeys)
    const { via, as, dev, weight = 1, flags = [], encap, realms } = hop
    const newdst = as === undefined ? undefined : labelStack('as', as)
    if (newdst && family !== AF.MPLS) throw new ArgumentError('expected as of a next hop only with mpls')
    if (family === AF.MPLS && weight !== 1)
      throw new ArgumentError(`expected weight of a next hop of mpls to be 1, got ${show(weight)}`)
    checkLinkOrNone('dev', dev)
    return {
      ...{ ifindex: 0, flags: bitsOf('flags', RTNH_F, flags) & ~REPORTED_FLAGS, hops: weight - 1 },
      attrs: {
        ...encodeGateway(via, family),
        newdst,
        flow: encodeRealms(realms),
        ...encodeEncap(encap),
      },
    }
  }) as unknown as Multipath
}

/** Returns RTA_MULTIPATH with the indexes of links. */
export function* withLinks(records: Multipath, hops: readonly NewRouteNexthop[]): Operation<Multipath> {
  const result = []
  for (const [at, { dev }] of hops.entries())
    result.push({ ...records[at], ifindex: dev === undefined ? 0 : yield* indexOf('dev', dev) })
  return result as unknown as Multipath
}
