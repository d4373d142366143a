import { familyName } from '../../api/values/ip-text.js'
import { AF } from '../../codec/index.js'
import { NEXTHOP_GRP_TYPE, RTPROT } from '../../route/index.js'
import { areZero, call, defined, linkRef, verbOf } from './call.js'
import { type Bag, Members } from './members.js'
import { isIp } from './network.js'
import type { SaidRequest } from './request-of.js'
import { encapOption, hopFlags } from './route-call.js'
import { wordIn } from './words.js'

/** Returns the members of NHA_GROUP. The wire has weights minus one, in two parts. */
export const groupOf = (group: readonly Bag[]) =>
  group.map(({ id, weight, weightHigh }) => {
    const whole = Number(weightHigh) * 256 + Number(weight) + 1
    return { id: Number(id), weight: whole }
  })

/** Returns a request of next hops as a call of `nl.nexthop`; undefined if the API has none that sends it. */
export function nexthopCall(request: SaidRequest): string | undefined {
  const { type, value, flags } = request
  const attrs = new Members(request.attrs)
  const id = attrs.number('id')
  if (type === 'RTM_DELNEXTHOP') {
    const isKey = id !== undefined && flags === 0 && attrs.left.length === 0
    return isKey && areZero(value, 'family', 'scope', 'protocol', 'flags') ? call('nexthop.delete', { id }) : undefined
  }
  const verb = verbOf(request)
  // Without an ID the API requests a copy of what was created, and replaces nothing.
  if (type !== 'RTM_NEWNEXTHOP' || id === undefined || (verb !== 'add' && verb !== 'replace')) return undefined
  const { family = 0, protocol = 0, flags: bits = 0 } = value as Readonly<Record<string, number>>
  const [gateway, group] = [attrs.text('gateway'), attrs.take('group') as readonly Bag[] | undefined]
  const [encap, names, oif] = [encapOption(attrs), hopFlags(bits), attrs.number('oif')]
  const [groupType, hwStats] = [attrs.number('groupType'), attrs.number('hwStatsEnable')]
  if (!(group === undefined ? isIp(family) : family === 0) || !areZero(value, 'scope')) return undefined
  const options = defined({
    id,
    family: gateway === undefined && group === undefined && family === AF.INET6 ? familyName(family) : undefined,
    via: gateway,
    dev: oif === undefined ? undefined : oif === 0 ? 0 : linkRef(request, oif),
    blackhole: attrs.take('blackhole'),
    fdb: attrs.take('fdb'),
    group: group && groupOf(group).map(({ id, weight }) => ({ id, ...(weight !== 1 && { weight }) })),
    groupType: groupType === undefined ? undefined : wordIn(NEXTHOP_GRP_TYPE, groupType),
    resilient: attrs.take('resGroup'),
    hwStats: hwStats === undefined ? undefined : hwStats !== 0,
    encap: encap || undefined,
    protocol: protocol === 0 ? undefined : wordIn(RTPROT, protocol),
    flags: names?.length === 0 ? undefined : names,
  })
  const isUnknown = encap === undefined || names === undefined || options.dev === 0
  return isUnknown || attrs.left.length > 0 ? undefined : call(`nexthop.${verb}`, options)
}
