import {
  attributes,
  centiseconds,
  constants,
  enumOf,
  message,
  multi,
  struct,
  u8,
  u16,
  u32,
  writtenAs,
} from '../../codec/index.js'

/** MDB_RTR_TYPE_*, linux/if_bridge.h: detection of multicast routers on a port */
export const MDB_RTR_TYPE = constants('MDB_RTR_TYPE', { DISABLED: 0, TEMP_QUERY: 1, PERM: 2, TEMP: 3 })

/** MDBA_ROUTER_PATTR_*, linux/if_bridge.h. Timers are in hundredths of a second. */
export const mdbRouterPattrAttrs = attributes('MDBA_ROUTER_PATTR', {
  timer: [1, writtenAs(u32, centiseconds)],
  type: [2, enumOf(u8, MDB_RTR_TYPE)],
  inetTimer: [3, writtenAs(u32, centiseconds)],
  inet6Timer: [4, writtenAs(u32, centiseconds), 'MDBA_ROUTER_PATTR_INET6_TIMER'],
  vid: [5, u16],
})

/** The start of MDBA_ROUTER_PORT. */
const routerPort = struct('MDBA_ROUTER_PORT', { ifindex: u32 })

/** MDBA_ROUTER_*, linux/if_bridge.h: ports with multicast routers, each an ifindex with attributes */
export const mdbRouterAttrs = attributes('MDBA_ROUTER', {
  port: [1, multi(message('MDBA_ROUTER_PORT', routerPort, mdbRouterPattrAttrs))],
})
