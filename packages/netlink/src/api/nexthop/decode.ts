import { withJson } from '../../codec/json.js'
import { NEXTHOP_GRP_TYPE, type NexthopMessage, RT_SCOPE, RTNH_F, RTPROT } from '../../route/index.js'
import { decodeEncap } from '../values/encap.js'
import { familyName } from '../values/ip-text.js'
import { flagsIn, named } from '../values/names.js'
import { constructorOf, withMessage } from '../values/objects.js'
import type { Nexthop } from './types.js'

type Members = NonNullable<NexthopMessage['attrs']['group']>

/** Returns the members of a group. The kernel sends their weights minus one, in two parts. */
const membersOf = (group: Members) =>
  group.map(({ id, weight, weightHigh }) => ({ id, weight: weightHigh * 256 + weight + 1 }))

const NexthopObject = constructorOf<Nexthop, NexthopMessage>(function ({ family, scope, protocol, flags, attrs }) {
  const encap = decodeEncap(attrs)
  this.id = attrs.id ?? 0
  if (family !== 0) this.family = familyName(family)
  if (attrs.gateway !== undefined) this.via = attrs.gateway
  if (attrs.oif !== undefined) this.dev = attrs.oif
  if (attrs.blackhole !== undefined) this.blackhole = attrs.blackhole
  if (attrs.fdb !== undefined) this.fdb = attrs.fdb
  if (encap !== undefined) this.encap = encap
  if (attrs.resGroup !== undefined) this.resilient = withJson(attrs.resGroup)
  if (attrs.group !== undefined) this.group = membersOf(attrs.group)
  if (attrs.groupType !== undefined) this.groupType = named(NEXTHOP_GRP_TYPE, attrs.groupType)
  if (attrs.hwStatsEnable !== undefined) this.hwStats = attrs.hwStatsEnable !== 0
  this.scope = named(RT_SCOPE, scope)
  this.protocol = named(RTPROT, protocol)
  this.flags = flagsIn(RTNH_F, flags)
})

/** Converts a message to a next hop. */
export const toNexthop = (message: NexthopMessage): Nexthop => withMessage(new NexthopObject(message), message)
