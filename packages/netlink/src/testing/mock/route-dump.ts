import { AF } from '../../codec/index.js'
import type { RouteMessage } from '../../route/index.js'
import { routeMessageOf } from './messages.js'
import { checkModelled, notModelled, refuse } from './refused.js'
import type { State } from './state.js'

/** Handles a dump of RTM_GETROUTE. */
export function dumpRoutes(state: State, message: RouteMessage): { messages: object[]; filtered: boolean } {
  const { family, dstLen, srcLen, tos, scope, type, protocol, flags, attrs } = message
  // The mock has no routes of MPLS.
  if (family === AF.MPLS) return { messages: [], filtered: false }
  if (family !== AF.UNSPEC && family !== AF.INET && family !== AF.INET6) notModelled(`routes of family ${family}`)
  if (dstLen !== 0 || srcLen !== 0 || tos !== 0 || scope !== 0)
    refuse('EINVAL', 'Invalid values in header for FIB dump request')
  if (flags !== 0) notModelled('flags of a dump of routes')
  checkModelled(attrs, 'RTM_GETROUTE', ['table', 'oif'])
  const { oif } = attrs
  if (oif && !state.links.has(oif)) refuse('ENODEV')
  const table = attrs.table ?? message.table
  if (table && family !== AF.UNSPEC && !state.tables.has(`${family} ${table}`))
    refuse('ENOENT', `${family === AF.INET6 ? 'ipv6' : 'ipv4'}: FIB table does not exist`)
  const messages = [AF.INET, AF.INET6]
    .filter((each) => family === AF.UNSPEC || each === family)
    .flatMap((each) => state.routes.filter((route) => route.family === each))
    .filter((route) => !table || route.table === table)
    .filter((route) => !type || route.type === type)
    .filter((route) => !protocol || route.protocol === protocol)
    .filter((route) => !oif || route.hops.some((hop) => hop.oif === oif))
    .map((route) => routeMessageOf(route, state))
  return { messages, filtered: Boolean(table || type || protocol || oif) }
}
