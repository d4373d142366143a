import type { Declaration } from '@netloom/netlink/codec'
import {
  addressMessage,
  fibRuleHdr,
  ifaddrmsg,
  ifinfomsg,
  linkMessage,
  ndmsg,
  neighbourMessage,
  nexthopMessage,
  nhmsg,
  routeMessage,
  rtmsg,
  ruleMessage,
} from '@netloom/netlink/route'
import { benchMessage } from './messages.js'

// The messages that programs read and write most.
benchMessage(linkMessage as Declaration<object>, ifinfomsg.size, {
  ...{ family: 0, type: 1, index: 6, flags: 0x1002, change: 0 },
  attrs: {
    ...{ ifname: 'veth0', txqlen: 1000, operstate: 2, linkmode: 0, mtu: 1500, minMtu: 68, maxMtu: 65535, group: 0 },
    ...{ promiscuity: 0, numTxQueues: 2, numRxQueues: 2, carrier: 0, qdisc: 'noop' },
    ...{ address: 'f2:2f:a4:1d:9f:94', broadcast: 'ff:ff:ff:ff:ff:ff' },
    linkinfo: { kind: 'bridge', data: { forwardDelay: 1500, vlanFiltering: 0, vlanProtocol: 0x8100, gcTimer: 0n } },
  },
})
benchMessage(addressMessage as Declaration<object>, ifaddrmsg.size, {
  ...{ family: 2, prefixlen: 24, flags: 128, scope: 0, index: 6 },
  attrs: {
    ...{ address: '10.1.2.3', local: '10.1.2.3', broadcast: '10.1.2.255', label: 'veth0', flags: 128 },
    cacheinfo: { prefered: 0xffffffff, valid: 0xffffffff, cstamp: 1, tstamp: 2 },
  },
})
benchMessage(routeMessage as Declaration<object>, rtmsg.size, {
  ...{ family: 2, dstLen: 16, srcLen: 0, tos: 0, table: 254, protocol: 3, scope: 0, type: 1, flags: 0 },
  attrs: { table: 254, dst: '10.9.0.0', gateway: '10.1.2.1', oif: 6, metrics: { mtu: 1400 } },
})
benchMessage(neighbourMessage as Declaration<object>, ndmsg.size, {
  ...{ family: 2, ifindex: 6, state: 2, flags: 0, type: 1 },
  attrs: {
    ...{ dst: '10.1.2.1', lladdr: 'f2:2f:a4:1d:9f:94', probes: 1 },
    cacheinfo: { confirmed: 10, used: 20, updated: 30, refcnt: 0 },
  },
})
benchMessage(ruleMessage as Declaration<object>, fibRuleHdr.size, {
  ...{ family: 2, dstLen: 0, srcLen: 24, tos: 0, table: 100, action: 1, flags: 0 },
  attrs: { table: 100, priority: 1000, src: '10.1.2.0', suppressPrefixlen: 0xffffffff, protocol: 4 },
})
benchMessage(nexthopMessage as Declaration<object>, nhmsg.size, {
  ...{ family: 2, scope: 0, protocol: 4, flags: 0 },
  attrs: { id: 7, gateway: '10.1.2.1', oif: 6 },
})
