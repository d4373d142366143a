import { inspect } from 'node:util'
import { type Declaration, decode, encode } from '@netloom/netlink/codec'
import {
  addressMessage,
  linkMessage,
  neighbourMessage,
  nexthopMessage,
  qdiscMessage,
  routeMessage,
  ruleMessage,
} from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { toAddress } from '../../packages/netlink/dist/api/address/decode.js'
import { toLink } from '../../packages/netlink/dist/api/link/decode.js'
import { toNeighbour } from '../../packages/netlink/dist/api/neighbour/decode.js'
import { toNexthop } from '../../packages/netlink/dist/api/nexthop/decode.js'
import { toQdisc } from '../../packages/netlink/dist/api/qdisc/decode.js'
import { toRoute } from '../../packages/netlink/dist/api/route/decode.js'
import { toRule } from '../../packages/netlink/dist/api/rule/decode.js'
import '../support/built.js'

/** Objects that are read are plain: they print, spread and compare as if they were written as literals. */
const test = suite('objects that are read')

const received = <T>(declaration: Declaration<T>, value: object): T =>
  decode(declaration, encode(declaration as Declaration<unknown>, value))

const cacheinfo = { prefered: 100, valid: 200, cstamp: 0, tstamp: 0 }
const routeTimes = { clntref: 0, lastuse: 0, expires: 150, error: 0, used: 0, id: 0, ts: 0, tsage: 0 }

const route = {
  ...{ family: 10, dstLen: 64, srcLen: 64, tos: 4, table: 0, protocol: 99, scope: 0, type: 1, flags: 0x2200 },
  attrs: {
    ...{ dst: '2001:db8::', src: '2001:db8:1::', oif: 7, gateway: 'fe80::1', priority: 1024, prefsrc: '2001:db8::1' },
    ...{
      metrics: { lock: 4, mtu: 1400 },
      multipath: [{ flags: 4, hops: 1, ifindex: 3, attrs: { gateway: 'fe80::2' } }],
    },
    ...{ flow: 0x10002, cacheinfo: routeTimes, table: 1000, pref: 1, nhId: 5 },
  },
}

const link = {
  ...{ family: 0, type: 1, index: 3, flags: 0x1003, change: 0 },
  attrs: {
    ...{ ifname: 'port0', mtu: 1500, address: '02:00:00:00:00:01', broadcast: 'ff:ff:ff:ff:ff:ff', txqlen: 1000 },
    ...{ link: 4, qdisc: 'noqueue', master: 9, operstate: 6, linkmode: 0, ifalias: 'alias', group: 0 },
    ...{ promiscuity: 1, numTxQueues: 1, numRxQueues: 1, carrier: 1, linkNetnsid: 0, protoDown: 0 },
    ...{ gsoMaxSegs: 65535, gsoMaxSize: 65536, groMaxSize: 65536, gsoIpv4MaxSize: 65536, groIpv4MaxSize: 65536 },
    permAddress: '02:00:00:00:00:02',
    propList: { altIfname: ['other'] },
    linkinfo: { kind: 'vlan', data: { id: 7 }, slaveKind: 'bridge', slaveData: { state: 3 } },
    afSpec: { inet6: { addrGenMode: 1 } },
  },
}

/** The message of each kind of object, its converter, and the members in the order in which they are printed. */
const objects: readonly (readonly [keys: string, object: object, message: object])[] = [
  read(
    'family,dst,from,via,dev,src,metric,table,protocol,scope,type,tos,flags,multipath,nexthop,pref,realms,expires,mtu,lock',
    ...([routeMessage, toRoute, route] as const),
  ),
  read(
    [
      'index,name,altNames,alias,kind,data,slaveKind,slaveData,up,flags,type,operstate,carrier,mtu,address,broadcast',
      'permAddress,master,link,linkNetnsid,qdisc,txqlen,group,promiscuity,numTxQueues,numRxQueues,linkmode,gsoMaxSize',
      'gsoMaxSegs,groMaxSize,gsoIpv4MaxSize,groIpv4MaxSize,protoDown,addrGenMode',
    ].join(),
    ...([linkMessage, toLink, link] as const),
  ),
  read(
    'family,address,peer,dev,broadcast,label,scope,flags,validLifetime,preferredLifetime,metric,proto',
    ...([addressMessage, toAddress] as const),
    {
      ...{ family: 2, prefixlen: 32, flags: 128, scope: 0, index: 6 },
      attrs: {
        ...{ address: '10.0.0.2', local: '10.0.0.1', broadcast: '10.0.0.3', label: 'eth0', flags: 128, cacheinfo },
        ...{ rtPriority: 7, proto: 3 },
      },
    },
  ),
  read('family,dev,dst,lladdr,state,flags,master,vlan,protocol', ...([neighbourMessage, toNeighbour] as const), {
    ...{ family: 7, ifindex: 6, state: 2, flags: 2, type: 1 },
    attrs: { dst: '10.1.2.1', lladdr: 'f2:2f:a4:1d:9f:94', master: 3, vlan: 4, protocol: 5 },
  }),
  read(
    'family,priority,fwmark,tos,from,to,iif,action,table,protocol,flags,invert',
    ...([ruleMessage, toRule] as const),
    {
      ...{ family: 2, dstLen: 0, srcLen: 24, tos: 4, table: 100, action: 1, flags: 2 },
      attrs: {
        ...{ table: 100, fwmark: 3, priority: 1000, src: '10.1.2.0', iifname: 'eth0', protocol: 4 },
        suppressPrefixlen: 0xffffffff,
      },
    },
  ),
  read('id,family,via,dev,scope,protocol,flags', ...([nexthopMessage, toNexthop] as const), {
    family: 2,
    scope: 0,
    protocol: 4,
    flags: 0,
    attrs: { id: 7, gateway: '10.1.2.1', oif: 6 },
  }),
  read('dev,kind,parent,handle', ...([qdiscMessage, toQdisc] as const), {
    family: 0,
    ifindex: 3,
    handle: 0x10000,
    parent: 0xffffffff,
    info: 0,
    attrs: { kind: 'noqueue' },
  }),
]

function read<M extends object>(
  keys: string,
  declaration: Declaration<M>,
  convert: (message: M) => object,
  value: object,
) {
  const message = received(declaration, value)
  return [keys, convert(message), message] as const
}

test('have their members in a fixed order, and none that is undefined', () => {
  for (const [keys, object] of objects) {
    assert.is(Object.keys(object).join(), keys)
    assert.not.ok(Object.values(object).includes(undefined), keys)
  }
})

test('print, spread and compare as plain objects', () => {
  for (const [keys, object] of objects) {
    assert.is(Object.getPrototypeOf(object), Object.prototype, keys)
    assert.is(inspect(object), inspect({ ...object }))
    assert.equal(object, Object.fromEntries(Object.entries(object)))
  }
})

test('have their message as a property that is not enumerable', () => {
  for (const [keys, object, message] of objects) {
    assert.is((object as { message: unknown }).message, message, keys)
    assert.is(Object.getOwnPropertyDescriptor(object, 'message')?.enumerable, false, keys)
  }
})

test('share their lists of flags, which cannot be changed', () => {
  const [one, other] = [toRoute(received(routeMessage, route)), toRoute(received(routeMessage, route))]
  assert.equal(one.flags, ['CLONED', 'FIB_MATCH'])
  assert.is(one.flags, other.flags)
  assert.throws(() => (one.flags as string[]).push('DEAD'), TypeError)
})

test.run()
