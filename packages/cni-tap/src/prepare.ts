/**
 * Performs the start-up work of the plugin: loads the commands, and creates the codecs of their messages. The build of the
 * executable runs this module and stores an image of the memory. No other module imports it.
 */

export * as traffic from './attachment/traffic/index.js'
export * as stdio from './cni/stdio.js'
export * as add from './commands/add.js'
export * as check from './commands/check.js'
export * as del from './commands/del.js'
export * as gc from './commands/gc.js'
export * as status from './commands/status.js'
export * as version from './commands/version.js'
export * as dispatch from './dispatch.js'
export * as signals from './system/signals.js'

import { constants } from 'node:os'
import {
  AF,
  Connection,
  encodeMessage,
  type LinkMessage,
  type NetlinkMessage,
  NLM_F,
  NLM_F_ACKED,
  NLM_F_DUMP,
  NLMSG,
  nlmsghdr,
  parseMessages,
  type SocketFactory,
  type Transport,
} from '@netloom/netlink'
import { encode, i32, type Request } from '@netloom/netlink/codec'
import {
  addressMessage,
  IFF,
  linkMessage,
  qdiscMessage,
  routeMessage,
  rtnetlink,
  TC_H,
  tfilterMessage,
} from '@netloom/netlink/route'
import { findNamed } from './attachment/links.js'
import { hooksOf } from './attachment/traffic/layout.js'
import { markOf, staleMarks } from './attachment/traffic/mark.js'
import { removeRedirections } from './attachment/traffic/release.js'
import { addHooks, filterOf, type Hook, isHooked, type Redirection } from './attachment/traffic/tc.js'

type LinkAttributes = NonNullable<Request<LinkMessage>['attrs']>

/** Attributes that every device has. */
const common: LinkAttributes = {
  ifname: 'tap0',
  txqlen: 1000,
  operstate: 2,
  mtu: 1500,
  address: '02:00:00:00:00:01',
  broadcast: 'ff:ff:ff:ff:ff:ff',
  ifalias: 'netloom/network/container/tap0',
  qdisc: 'noop',
  map: { memStart: 0n, memEnd: 0n, baseAddr: 0n, irq: 0, dma: 0, port: 0 },
  xdp: { attached: 0 },
  afSpec: {
    inet: { conf: [0] },
    inet6: {
      flags: 0,
      conf: [0],
      cacheinfo: { maxReasmLen: 0, tstamp: 0, reachableTime: 0, retransTime: 0 },
      addrGenMode: 0,
    },
  },
}

const tap = encode(linkMessage, {
  attrs: {
    ...common,
    master: 1,
    linkinfo: {
      kind: 'tun',
      data: { type: 2, pi: 0, vnetHdr: 0, persist: 1, multiQueue: 0, owner: 0, group: 0 },
      slaveKind: 'bridge',
      slaveData: { state: 3, mode: 0, isolated: 0 },
    },
  },
})
const bridge = encode(linkMessage, {
  attrs: { ...common, linkinfo: { kind: 'bridge', data: { vlanFiltering: 1, vlanDefaultPvid: 1 } } },
})
const address = encode(addressMessage, {
  family: AF.INET,
  prefixlen: 24,
  attrs: { address: '192.0.2.1', local: '192.0.2.1', label: 'tap0', flags: 0 },
})
const route = encode(routeMessage, {
  family: AF.INET,
  dstLen: 24,
  attrs: { dst: '192.0.2.0', gateway: '192.0.2.1', oif: 1, priority: 1, table: 254, prefsrc: '192.0.2.1' },
})

/** True for RTM_GET*: NEW, DEL, GET and SET of each kind of object have consecutive numbers. linux/rtnetlink.h */
const isGet = (type: number) => type % 4 === 2

/** The encoded objects of a fake kernel by the number of the message that requests them. */
type Objects = Map<number | undefined, Buffer>

/**
 * Returns the kernel's answers to a request: an object for RTM_GET*, otherwise an ack. Without an object, an error.
 */
function answersTo({ type, flags, seq, pid, bytes, start }: NetlinkMessage, objects: Objects): Buffer[] {
  const zero = encode(i32, 0)
  const object = objects.get(type) ?? objects.get(undefined)
  if (isGet(type) && object !== undefined) {
    const isDump = (flags & NLM_F_DUMP) === NLM_F_DUMP
    const reply = encodeMessage({ type: type - 2, flags: isDump ? NLM_F.MULTI : 0, seq, pid }, object)
    return isDump ? [reply, encodeMessage({ type: NLMSG.DONE, flags: NLM_F.MULTI, seq, pid }, zero)] : [reply]
  }
  const outcome = encode(i32, isGet(type) ? -constants.errno.ENOENT : 0)
  const header = bytes.subarray(start - nlmsghdr.size, start)
  return [encodeMessage({ type: NLMSG.ERROR, flags: NLM_F_ACKED.CAPPED, seq, pid }, Buffer.concat([outcome, header]))]
}

/** Returns a fake kernel that contains these objects. */
function kernelOf(objects: Objects): SocketFactory {
  const open = (): Transport => {
    const inbox: Buffer[] = []
    return {
      port: 1,
      strict: true,
      send(datagram) {
        for (const message of parseMessages(Buffer.from(datagram))) inbox.push(...answersTo(message, objects))
      },
      receive() {
        const bytes = inbox.shift()
        return bytes && { bytes, group: 0, nsid: undefined }
      },
      wait: () => inbox.length > 0,
      watch: () => ({ arm() {}, disarm() {}, ref() {}, unref() {}, close() {} }),
      join() {},
      leave() {},
      reserve: (bytes) => bytes,
      close() {},
      [Symbol.dispose]() {},
    }
  }
  return { open }
}

/** Calls `talk` with a connection to a kernel that answers with these objects, or with one to any request. */
function request(answer: Buffer | Objects, talk: (nl: Connection) => void): void {
  const objects = answer instanceof Map ? answer : new Map([[undefined, answer]])
  const nl = Connection.open({ socketFactory: kernelOf(objects) })
  talk(nl)
  nl.close()
}

for (const link of [tap, bridge]) request(link, (nl) => findNamed(nl, 'tap0'))

request(tap, (nl) => {
  const attrs = {
    mtu: 1500,
    address: '02:00:00:00:00:01',
    master: 1,
    txqlen: 1000,
    ifalias: 'netloom/network/container/tap0',
  }
  nl.requestSync('RTM_NEWLINK', { index: 1, flags: IFF.UP, change: IFF.UP, attrs })
  nl.requestSync('RTM_DELLINK', { index: 1 })
  nl.requestSync('RTM_SETLINK', {
    family: AF.BRIDGE,
    index: 1,
    attrs: { protinfo: { mode: 0, isolated: 0 }, afSpec: { vlanInfo: [{ flags: 0, vid: 1 }] } },
  })
})

request(address, (nl) => {
  nl.dumpSync('RTM_GETADDR', {})
  for (const [family, local] of [
    [AF.INET, '192.0.2.1'],
    [AF.INET6, '2001:db8::1'],
  ] as const)
    nl.requestSync(
      'RTM_NEWADDR',
      { family, prefixlen: 24, index: 1, attrs: { address: local, local } },
      { create: true, excl: true },
    )
})

request(route, (nl) => {
  nl.dumpSync('RTM_GETROUTE', { family: AF.INET })
  const attrs = { dst: '192.0.2.0', gateway: '192.0.2.1', oif: 1, priority: 1, metrics: { mtu: 1500, advmss: 1460 } }
  nl.requestSync('RTM_NEWROUTE', { family: AF.INET, dstLen: 24, attrs }, { create: true })
})

const redirection = { network: 'network', alias: 'netloom/network/container/tap0' }
const [tapName, target] = [
  { name: 'tap0', index: 1 },
  { name: 'eth0', index: 2 },
]
const hooks = hooksOf({ tap: tapName, target, ifb: undefined, mark: markOf(redirection.network, redirection.alias) })
const basic = { bytes: 0n, packets: 0 }
const queue = { qlen: 0, backlog: 0, drops: 0, overlimits: 0 }
const qdisc = encode(qdiscMessage, {
  ifindex: target.index,
  parent: TC_H.INGRESS,
  attrs: {
    kind: 'ingress',
    options: {},
    hwOffload: 0,
    stats: { ...basic, ...queue, bps: 0, pps: 0 },
    stats2: { basic, queue: { ...queue, requeues: 0 } },
  },
})
const filter = encode(tfilterMessage, filterOf(hooks[1] as Hook, (hooks[1] as Hook).redirections[0] as Redirection))
const typeOf = (name: string) => rtnetlink.byName(name).type

request(new Map(), (nl) => {
  isHooked(nl, target)
  addHooks(nl, hooks, { index: tapName.index, flags: IFF.UP, change: IFF.UP, attrs: { ifalias: redirection.alias } })
})

request(
  new Map([
    [typeOf('RTM_GETQDISC'), qdisc],
    [typeOf('RTM_GETTFILTER'), filter],
  ]),
  (nl) => {
    const isStale = staleMarks(redirection.network, new Set())
    removeRedirections(nl, [], isStale)
  },
)
