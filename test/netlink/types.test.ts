import { Connection, type LinkMessage, type RouteMessage } from '@netloom/netlink'
import { encode } from '@netloom/netlink/codec'
import { addressMessage, linkMessage } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

/** Values that the compiler and encode() must reject. `npm run lint` checks the @ts-expect-error comments. */
const test = suite('types')

const noMap = { memStart: 0n, memEnd: 0n, baseAddr: 0n, irq: 0, dma: 0, port: 0 }

const rejected: Readonly<Record<string, () => unknown>> = {
  // @ts-expect-error expected a number
  'text instead of a number': () => encode(linkMessage, { attrs: { mtu: '1500' } }),
  // @ts-expect-error
  'a number instead of text': () => encode(linkMessage, { attrs: { ifname: 5 } }),
  // @ts-expect-error 64-bit numbers are a bigint
  'a number instead of a bigint': () => encode(linkMessage, { attrs: { map: { ...noMap, memStart: 1 } } }),
  // @ts-expect-error a flag is either true or absent
  'false as a flag': () => encode(linkMessage, { attrs: { linkinfo: { kind: 'bridge', data: { fdbFlush: false } } } }),
  // @ts-expect-error
  'an unknown attribute': () => encode(linkMessage, { attrs: { colour: 1 } }),
  // @ts-expect-error attributes belong in attrs
  'an attribute in the header': () => encode(linkMessage, { mtu: 1500 }),
  // @ts-expect-error
  'data of another kind': () => encode(linkMessage, { attrs: { linkinfo: { kind: 'tun', data: { stpState: 1 } } } }),
  // @ts-expect-error
  'data without a kind': () => encode(linkMessage, { attrs: { linkinfo: { data: { owner: 1 } } } }),
  // @ts-expect-error
  'data of an unknown kind': () => encode(linkMessage, { attrs: { linkinfo: { kind: 'nope', data: { id: 1 } } } }),
  // @ts-expect-error
  'null instead of an absent value': () => encode(addressMessage, { attrs: { local: null } }),
  // @ts-expect-error
  'bytes instead of a list of raw attributes': () => encode(linkMessage, { attrs: { '?57': Buffer.of(1) } }),
}

for (const [what, write] of Object.entries(rejected)) {
  test(`${what} is rejected`, () => assert.throws(write, (error: unknown) => error instanceof TypeError))
}

/** Never called: its body is for the compiler. */
function compiled(link: LinkMessage, route: RouteMessage, netlink: Connection): void {
  const { linkinfo } = link.attrs
  if (linkinfo?.kind === 'tun') {
    linkinfo.data?.owner satisfies number | undefined
    // @ts-expect-error only bridges have it
    linkinfo.data?.vlanFiltering
  }
  if (linkinfo?.kind === 'bridge') {
    linkinfo.data?.vlanFiltering satisfies number | undefined
    linkinfo.data?.rootId?.addr satisfies string | undefined
    // @ts-expect-error only tun has it
    linkinfo.data?.owner
  }
  if (linkinfo?.kind === 'veth') linkinfo.data?.peer?.attrs.ifname satisfies string | undefined
  link.attrs.stats64?.rxBytes satisfies bigint | undefined
  link.attrs.propList?.altIfname?.[0] satisfies string | undefined
  link.attrs['?57']?.[0]?.payload satisfies Uint8Array | undefined
  route.attrs.multipath?.[0]?.attrs.gateway satisfies string | undefined
  route.attrs.metrics?.mtu satisfies number | undefined
  // @ts-expect-error the encoder computes the length
  route.attrs.multipath?.[0]?.len
  // @ts-expect-error unknown message
  netlink.requestSync('RTM_NEWROUT', {})
  // @ts-expect-error an attribute of routes
  netlink.requestSync('RTM_NEWLINK', { attrs: { gateway: '10.0.0.1' } })
  netlink.dumpSync('RTM_GETROUTE')[0]?.attrs.oif satisfies number | undefined
  // @ts-expect-error an attribute of links
  netlink.dumpSync('RTM_GETROUTE')[0]?.attrs.ifname
  netlink.requestSync('RTM_NEWLINK', { attrs: { linkinfo: { kind: 'veth' } } }, { create: true })
  // @ts-expect-error connections are created by open()
  new Connection()
}

test('this file compiles', () => assert.type(compiled, 'function'))

test.run()
