import {
  DumpInterruptedError,
  type EncodedRequest,
  type ExtendedAck,
  encodeMessage,
  NetlinkError,
  netlinkError,
  SystemError,
} from '@netloom/netlink'
import {
  attributes,
  compile,
  type Declaration,
  encode,
  hostOrder,
  list,
  message,
  struct,
  u8,
  u32,
} from '@netloom/netlink/codec'
import { ipsetSetMessage, netfilter } from '@netloom/netlink/netfilter'
import { linkMessage, routeMessage } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('NetlinkError')

/** Returns a request as a connection would send it. */
const sent = (name: string, declaration: Declaration<unknown>, value: unknown): EncodedRequest => ({
  name,
  bytes: encodeMessage({ type: 16, flags: 5, seq: 1, pid: 2 }, encode(declaration, value as never)),
  codec: compile(declaration),
})

/** Returns the offset of the attribute with this length and type in the request. */
function offsetOf({ bytes }: EncodedRequest, length: number, type: number): number {
  const header = Buffer.alloc(4)
  header[`writeUInt16${hostOrder}`](length, 0)
  header[`writeUInt16${hostOrder}`](type, 2)
  const at = bytes.indexOf(header, 32)
  assert.ok(at > 0, 'the attribute is in the request')
  return at
}

const reject = (request: EncodedRequest, extended: ExtendedAck, errno = 22) =>
  netlinkError({ errno, extended }, request)

const bridge = sent('RTM_NEWLINK', linkMessage, {
  index: 3,
  attrs: { ifname: 'br0', linkinfo: { kind: 'bridge', data: { stpState: 1, vlanProtocol: 0x8100 } }, mtu: 1500 },
})
const veth = sent('RTM_NEWLINK', linkMessage, {
  attrs: { linkinfo: { data: { peer: { attrs: { ifname: 'b', mtu: 7 } } }, kind: 'veth' } },
})
const vlan = sent('RTM_NEWLINK', linkMessage, {
  attrs: {
    linkinfo: { kind: 'nope', '?2': [{ flags: 0x8000, payload: Buffer.from('0600010005000000', 'hex') }] },
    '?99': [{ payload: Buffer.of(1) }],
  },
})
const route = sent('RTM_NEWROUTE', routeMessage, {
  attrs: {
    multipath: [
      { ifindex: 1, attrs: { flow: 1 } },
      { ifindex: 2, attrs: { gateway: '10.0.0.1' } },
    ],
  },
})

const NESTED = 0x8000
for (const [request, length, type, attribute] of [
  [bridge, 8, 3, 'ifname'],
  [bridge, 8, 4, 'mtu'],
  [bridge, 6, 8, 'linkinfo.data.vlanProtocol'],
  [bridge, 8, 5, 'linkinfo.data.stpState'],
  [bridge, 20, 2 | NESTED, 'linkinfo.data'],
  [veth, 6, 3, 'linkinfo.data.peer.ifname'],
  [veth, 8, 4, 'linkinfo.data.peer.mtu'],
  [vlan, 12, 2 | NESTED, 'linkinfo.data'],
  [vlan, 5, 99, '?99'],
  [route, 8, 11, 'multipath.0.flow'],
  [route, 8, 5, 'multipath.1.gateway'],
] as const) {
  test(`NLMSGERR_ATTR_OFFS is resolved to ${attribute}`, () => {
    const at = offsetOf(request, length, type)
    assert.is(reject(request, { offs: at }).attribute, attribute)
  })
}

test('an offset inside the value is resolved to the attribute', () => {
  assert.is(reject(bridge, { offs: offsetOf(bridge, 6, 8) + 5 }).attribute, 'linkinfo.data.vlanProtocol')
})

for (const offs of [0, 16, 31, 4096, 0xffffffff]) {
  test(`offset ${offs} is not resolved to an attribute`, () => assert.is(reject(bridge, { offs }).attribute, undefined))
}

test('a missing attribute of the message itself is named', () => {
  const error = reject(bridge, { missType: 3 })
  assert.is(error.missing, 'ifname')
  assert.is(error.message, 'RTM_NEWLINK: ifname missing: invalid argument (EINVAL)')
})

for (const [what, request, length, type, missType, missing] of [
  ['a nest', bridge, 20, 2 | NESTED, 21, 'linkinfo.data.fdbFlush'],
  ['a nest, without a row', bridge, 20, 2 | NESTED, 999, 'linkinfo.data.?999'],
  ['a nested message', veth, 36, 1 | NESTED, 53, 'linkinfo.data.peer.altIfname'],
  ['a raw nest', vlan, 12, 2 | NESTED, 1, 'linkinfo.data.?1'],
] as const) {
  test(`a missing attribute of ${what} is named`, () => {
    const isNested = what !== 'a nested message' || request.bytes.includes(Buffer.from([36, 0, 1, 128]))
    const missNest = offsetOf(request, length, isNested ? type : type & ~NESTED)
    assert.is(reject(request, { missType, missNest }).missing, missing)
  })
}

test('raw bytes that are not attributes do not break the resolution', () => {
  const noNest = { '?18': [{ flags: NESTED, payload: Buffer.of(9, 0, 1, 0) }] }
  const broken = reject(sent('RTM_NEWLINK', linkMessage, { attrs: noNest }), { offs: 36, msg: 'no' })
  assert.is(broken.attribute, undefined)
  assert.is(broken.kernelMessage, 'no')
  const linkinfo = { kind: 'bridge', data: { '?5': [{ payload: Buffer.of(1) }] } }
  const short = sent('RTM_NEWLINK', linkMessage, { attrs: { linkinfo } })
  assert.is(reject(short, { offs: offsetOf(short, 5, 5) }).attribute, 'linkinfo.data.stpState')
})

test('elements of lists are named by index', () => {
  const items = message(
    'items',
    struct('none', { family: u32 }),
    attributes('X', { items: [1, list(attributes('I', { port: [7, u8] }))] }),
  )
  const request = sent('X_NEW', items, { attrs: { items: [{ port: 1 }, { port: 2 }] } })
  const at = request.bytes.lastIndexOf(Buffer.of(2)) - 4
  assert.is(reject(request, { offs: at }).attribute, 'items.1.port')
})

test("all parts of the kernel's answer are available", () => {
  const policy = { type: 4, maxValueU: 2n }
  const error = reject(bridge, { msg: 'Out of range', offs: offsetOf(bridge, 8, 4), policy, cookie: Buffer.of(1) }, 34)
  assert.instance(error, Error)
  assert.is(error.name, 'NetlinkError')
  assert.is(error.code, 'ERANGE')
  assert.is(error.errno, 34)
  assert.is(error.request, 'RTM_NEWLINK')
  assert.is(error.kernelMessage, 'Out of range')
  assert.equal(error.policy, policy)
  assert.equal(error.cookie, Buffer.of(1))
  assert.is(error.message, 'RTM_NEWLINK: mtu: Out of range (ERANGE, numerical result out of range)')
})

test('errors of IP sets have their own names', () => {
  const set = { ...sent('IPSET_CMD_CREATE', ipsetSetMessage, {}), protocol: netfilter }
  const error = reject(set, {}, 4103)
  assert.is(error.code, 'IPSET_ERR_EXIST')
  assert.is(error.errno, 4103)
  assert.is(error.message, 'IPSET_CMD_CREATE: error 4103 (IPSET_ERR_EXIST)')
  assert.is(reject(set, {}, 4353).code, 'E4353', 'the meaning of these numbers depends on the type of the set')
  assert.is(reject(set, {}, 17).message, 'IPSET_CMD_CREATE: file exists (EEXIST)')
  assert.is(new NetlinkError({ ...error }).message, error.message)
})

test("absent parts of the kernel's answer are undefined", () => {
  const error = new NetlinkError({ request: 'RTM_DELLINK', errno: 4711 })
  assert.is(error.message, 'RTM_DELLINK: unknown error 4711 (E4711)')
  for (const key of ['kernelMessage', 'attribute', 'missing', 'policy', 'cookie'] as const)
    assert.is(error[key], undefined)
})

test('messages of other errors name the cause', () => {
  const interrupted = new DumpInterruptedError('RTM_GETLINK', 10, [1])
  assert.match(interrupted.message, /^RTM_GETLINK: expected a consistent dump, got 10 that were interrupted/)
  assert.is(interrupted.code, 'ERR_NETLINK_DUMP_INTERRUPTED')
  assert.is(new SystemError('setns', 1, '/x').message, 'setns /x: EPERM')
  assert.is(new SystemError('poll', 110).message, 'poll: ETIMEDOUT')
})

test.run()
