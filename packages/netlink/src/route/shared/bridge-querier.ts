import { attributes, bytes, centiseconds, ipv4, ipv6, u32, u64, writtenAs } from '../../codec/index.js'

/** BRIDGE_QUERIER_*, linux/if_bridge.h: multicast queriers. Timers are in hundredths of a second. */
export const bridgeQuerierAttrs = attributes('BRIDGE_QUERIER', {
  ipAddress: [1, ipv4],
  ipPort: [2, u32], // ifindex
  ipOtherTimer: [3, writtenAs(u64, centiseconds)],
  pad: [4, bytes],
  ipv6Address: [5, ipv6, 'BRIDGE_QUERIER_IPV6_ADDRESS'],
  ipv6Port: [6, u32, 'BRIDGE_QUERIER_IPV6_PORT'], // ifindex
  ipv6OtherTimer: [7, writtenAs(u64, centiseconds), 'BRIDGE_QUERIER_IPV6_OTHER_TIMER'],
})
