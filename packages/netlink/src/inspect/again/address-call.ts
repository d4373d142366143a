import { AF, flagNames } from '../../codec/index.js'
import { IFA_F, IFAPROT, RT_SCOPE } from '../../route/index.js'
import { areZero, call, defined, linkRef, verbOf } from './call.js'
import { type Bag, isBag, Members } from './members.js'
import { isIp } from './network.js'
import type { SaidRequest } from './request-of.js'
import { wordIn } from './words.js'

/** The lifetime that never ends, net/ipv6.h */
export const INFINITE_LIFETIME = 0xffffffff

/** Returns a lifetime in seconds; Infinity for one that never ends. */
export const lifetimeOf = (seconds: number) => (seconds === INFINITE_LIFETIME ? Number.POSITIVE_INFINITY : seconds)

/** Returns the lifetimes; undefined for those that the API refuses. */
function lifetimesOf(cacheinfo: unknown): Bag | undefined {
  if (cacheinfo === undefined) return {}
  if (!isBag(cacheinfo) || !areZero(cacheinfo, 'cstamp', 'tstamp')) return undefined
  const [valid, preferred] = [lifetimeOf(cacheinfo.valid as number), lifetimeOf(cacheinfo.prefered as number)]
  return preferred > valid || valid === 0 ? undefined : { validLifetime: valid, preferredLifetime: preferred }
}

/** Returns the names of an address's flags: those of IFA_FLAGS, or else of the header, which has the lower eight. */
export function flagsOf(request: SaidRequest, attribute: unknown): readonly string[] | undefined {
  const header = (request.value.flags ?? 0) as number
  if (attribute !== undefined && header !== 0 && header !== (Number(attribute) & 0xff)) return undefined
  return flagNames(IFA_F, (attribute ?? header) as number)
}

/** Returns a request of addresses as a call of `nl.address`; undefined if the API has none that sends it. */
export function addressCall(request: SaidRequest): string | undefined {
  const { type, value } = request
  const { family, index, prefixlen, scope = 0 } = value as Readonly<Record<string, number>>
  const isNew = type === 'RTM_NEWADDR'
  if (!isIp(family) || (index ?? 0) === 0 || (!isNew && type !== 'RTM_DELADDR')) return undefined
  const attrs = new Members(request.attrs)
  const [local, other] = [attrs.text('local'), attrs.text('address')]
  if (local === undefined || other === undefined) return undefined
  const isPeer = other !== local
  const network = `${isPeer ? other : local}/${prefixlen}`
  const key = {
    address: isPeer ? local : network,
    peer: isPeer ? network : undefined,
    dev: linkRef(request, index as number),
  }
  if (!isNew) {
    if (request.flags !== 0 || scope !== 0 || !areZero(value, 'flags') || attrs.left.length > 0 || isPeer)
      return undefined
    return call('address.delete', defined(key))
  }
  const verb = verbOf(request)
  const [flags, lifetimes] = [flagsOf(request, attrs.take('flags')), lifetimesOf(attrs.take('cacheinfo'))]
  const proto = attrs.number('proto')
  const options = defined({
    ...key,
    ...{ broadcast: attrs.take('broadcast'), label: attrs.take('label'), metric: attrs.take('rtPriority') },
    scope: scope === 0 ? undefined : wordIn(RT_SCOPE, scope),
    flags: flags?.length === 0 ? undefined : flags,
    proto: proto === undefined ? undefined : wordIn(IFAPROT, proto),
    ...lifetimes,
  })
  const isWrong = family === AF.INET6 && (options.broadcast !== undefined || options.label !== undefined)
  if (isWrong || flags === undefined || lifetimes === undefined || attrs.left.length > 0) return undefined
  return verb === undefined || verb === 'append' ? undefined : call(`address.${verb}`, options)
}
