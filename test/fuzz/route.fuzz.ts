import { nlmsgerrAttrs } from '@netloom/netlink'
import type { Declaration } from '@netloom/netlink/codec'
import { addressMessage, ifaddrmsg, ifinfomsg, linkMessage, routeMessage, rtmsg } from '@netloom/netlink/route'
import { survives } from './survives.js'

const link = { family: 0, type: 1, index: 7, flags: 0x1003, change: 0 }
const address = { family: 2, prefixlen: 24, flags: 128, scope: 0, index: 7 }
const route = { family: 2, dstLen: 24, srcLen: 0, tos: 0, table: 254, protocol: 3, scope: 0, type: 1, flags: 0 }

const links = survives(linkMessage as Declaration<unknown>, ifinfomsg.size, [
  {
    ...link,
    attrs: {
      ifname: 'tap0',
      mtu: 1500,
      address: '02:00:00:00:00:01',
      linkinfo: {
        kind: 'tun',
        data: { owner: 0, persist: 1 },
        slaveKind: 'bridge',
        slaveData: { state: 3, holdTimer: 1n },
      },
      propList: { altIfname: ['a', 'b'] },
      xdp: { attached: 0 },
      map: { memStart: 1n, memEnd: 2n, baseAddr: 3n, irq: 4, dma: 5, port: 6 },
    },
  },
  {
    ...link,
    attrs: {
      linkinfo: {
        kind: 'bridge',
        data: { vlanProtocol: 0x8100, rootId: { prio: 0x8000, addr: '02:00:00:00:00:01' }, fdbFlush: true },
      },
    },
  },
  {
    ...link,
    attrs: {
      linkinfo: { kind: 'veth', data: { peer: { ...link, attrs: { ifname: 'b', linkinfo: { kind: 'veth' } } } } },
    },
  },
  {
    ...link,
    attrs: {
      linkinfo: { kind: 'nope', '?2': [{ payload: Buffer.of(1, 2, 3, 4) }] },
      '?99': [{ payload: Buffer.of() }],
    },
  },
])

const addresses = survives(addressMessage as Declaration<unknown>, ifaddrmsg.size, [
  { ...address, attrs: { address: '10.0.0.1', local: '10.0.0.1', label: 'eth0', flags: 128 } },
  { ...address, family: 10, attrs: { address: 'fe80::1', cacheinfo: { prefered: 1, valid: 2, cstamp: 3, tstamp: 4 } } },
])

const routes = survives(routeMessage as Declaration<unknown>, rtmsg.size, [
  { ...route, attrs: { dst: '10.0.0.0', gateway: '10.1.0.1', oif: 3, metrics: { mtu: 1400, ccAlgo: 'cubic' } } },
  {
    ...route,
    attrs: {
      multipath: [
        { flags: 0, hops: 0, ifindex: 6, attrs: { gateway: '10.1.2.4' } },
        { flags: 0, hops: 9, ifindex: 7, attrs: {} },
      ],
    },
  },
])

const acks = survives(nlmsgerrAttrs as Declaration<unknown>, 0, [
  { msg: 'no', offs: 40, policy: { type: 4, maxValueU: 2n }, missType: 1 },
])

export const properties = [...links, ...addresses, ...routes, ...acks]
