import { AF } from '../../codec/index.js'
import { anyAddress } from '../../ip/index.js'
import { type NexthopMessage, RT_SCOPE, RTNH_F } from '../../route/index.js'
import { checkModelled, notModelled, refuse } from './refused.js'
import { checkedHop4, checkedHop6 } from './route-hops.js'
import type { Link, Nexthop, State } from './state.js'

/** The index of lo, the link of blackhole next hops */
const LOOPBACK = 1

const settable = ['id', 'group', 'groupType', 'blackhole', 'oif', 'gateway']

/** A next hop whose ID may not be known yet. */
type Unnamed = Omit<Nexthop, 'id'>

/** Returns the next hop of a request (`rtm_to_nh_config`). @throws {Refused} */
export function checkedNexthop(state: State, message: NexthopMessage): Unnamed {
  const { family, scope, protocol, flags, attrs } = message
  if (scope !== 0) refuse('EINVAL', 'Invalid values in ancillary header')
  if ((flags & ~RTNH_F.ONLINK) !== 0) refuse('EINVAL', 'Invalid nexthop flags in ancillary header')
  const { group, blackhole, oif, gateway } = attrs
  if (family !== AF.INET && family !== AF.INET6 && !(family === AF.UNSPEC && group !== undefined))
    refuse('EINVAL', 'Invalid address family')
  checkModelled(attrs, 'RTM_NEWNEXTHOP', settable)
  const none = { blackhole: false, oif: undefined, gateway: undefined, group: undefined }
  if (group !== undefined) {
    const members = checkedGroup(state, message)
    return { ...none, family, protocol, flags, scope: 0, group: members }
  }
  if (blackhole) {
    if (oif !== undefined || gateway !== undefined)
      refuse('EINVAL', 'Blackhole attribute can not be used with gateway, oif, encap or fdb')
    if (state.links.get(LOOPBACK)?.up !== true) refuse('ENETDOWN', 'Device for nexthop is not up')
    return { ...none, family, protocol, flags, scope: RT_SCOPE.UNIVERSE, blackhole: true }
  }
  const link = checkedLink(state, oif)
  if (gateway === undefined && (flags & RTNH_F.ONLINK) !== 0)
    refuse('EINVAL', 'ONLINK flag can not be set for nexthop without a gateway')
  const via = gateway === anyAddress(family) ? undefined : gateway
  const hop = { oif: link.index, gateway: via, hops: 0, flags }
  if (family === AF.INET6) checkedHop6(state, hop)
  else checkedHop4(state, hop, RT_SCOPE.UNIVERSE)
  const reach = via === undefined && family === AF.INET ? RT_SCOPE.HOST : RT_SCOPE.LINK
  return { ...none, family, protocol, flags, scope: reach, oif: link.index, gateway: via }
}

/** Returns the link of a next hop. It must be up, with a carrier. */
function checkedLink({ links }: State, oif: number | undefined): Link {
  if (oif === undefined) refuse('EINVAL', 'Device attribute required for non-blackhole and non-fdb nexthops')
  const link = links.get(oif)
  if (link === undefined) refuse('EINVAL', 'Invalid device index')
  if (!link.up) refuse('ENETDOWN', 'Nexthop device is not up')
  if (!link.carrier) refuse('ENETDOWN', 'Carrier for nexthop device is down')
  return link
}

/** Returns the members of a group (`nh_check_attr_group`). */
function checkedGroup({ nexthops }: State, { family, attrs }: NexthopMessage): NonNullable<Nexthop['group']> {
  const { group = [], groupType = 0 } = attrs
  if (group.length === 0) refuse('EINVAL', 'Invalid length for nexthop group attribute')
  if (family !== AF.UNSPEC) refuse('EINVAL', 'Invalid family for group')
  if (groupType !== 0) notModelled('resilient groups of next hops')
  for (const [place, { id }] of group.entries())
    if (group.some((other, index) => index < place && other.id === id))
      refuse('EINVAL', 'Nexthop id can not be used twice in a group')
  for (const { id } of group) {
    const member = nexthops.find((each) => each.id === id)
    if (member === undefined) refuse('EINVAL', 'Invalid nexthop id')
    if (member.group) refuse('EINVAL', 'Hash-threshold group can not be a nexthop within a group')
    if (member.blackhole && group.length > 1)
      refuse('EINVAL', 'Blackhole nexthop can not be used in a group with more than 1 path')
  }
  const { oif, gateway, blackhole } = attrs
  if (oif !== undefined || gateway !== undefined || blackhole)
    refuse('EINVAL', 'No other attributes can be set in nexthop groups')
  return group
}
