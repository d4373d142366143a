import { protocol } from '../core/index.js'
import { addressMessage } from './address.js'
import { linkMessage } from './link.js'
import { routeMessage } from './route.js'

/** NETLINK_ROUTE: links, addresses, routes. linux/rtnetlink.h */
export const rtnetlink = protocol('NETLINK_ROUTE', 0, {
  RTM_NEWLINK: [16, linkMessage],
  RTM_DELLINK: [17, linkMessage],
  RTM_GETLINK: [18, linkMessage],
  RTM_SETLINK: [19, linkMessage],
  RTM_NEWADDR: [20, addressMessage],
  RTM_DELADDR: [21, addressMessage],
  RTM_GETADDR: [22, addressMessage],
  RTM_NEWROUTE: [24, routeMessage],
  RTM_DELROUTE: [25, routeMessage],
  RTM_GETROUTE: [26, routeMessage],
})

export * from './address.js'
export * from './link.js'
export { brBooloptMulti, bridgeAttrs, brportAttrs, iflaBridgeId } from './link-kinds/bridge.js'
export { tunAttrs } from './link-kinds/tun.js'
export { rtnlLinkIfmap, rtnlLinkStats, rtnlLinkStats64 } from './link-stats.js'
export * from './route.js'
