import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { toLink } from '../../packages/netlink/dist/api/link/decode.js'
import { additionsOfLink } from '../../packages/netlink/dist/plan/link-restoration.js'
import { restorationOf } from '../../packages/netlink/dist/plan/restoration.js'
import {
  additionOfAddress,
  additionOfNeighbour,
  additionOfNexthop,
  additionOfRoute,
  additionOfRule,
  type UndoRequest,
} from '../../packages/netlink/dist/plan/undo.js'
import '../support/built.js'

const test = suite('the undo of a plan keeps attributes that the library does not know')

/** An attribute of a kernel to come. */
const unknown = { '?200': [{ payload: Buffer.from('01020304', 'hex') }] }

/** Runs an operation that needs no request. */
function run<T>(operation: Generator<unknown, T, never>): T {
  const { done, value } = operation.next()
  assert.ok(done, 'expected no request')
  return value as T
}

const route = {
  ...{ family: 2, dstLen: 16, srcLen: 0, tos: 0, table: 254, protocol: 4, scope: 0, type: 1, flags: 0 },
  attrs: { table: 254, dst: '10.9.0.0', gateway: '10.0.0.9', oif: 3, ...unknown },
}
const nexthop = {
  family: 2,
  scope: 0,
  protocol: 4,
  flags: 0,
  attrs: { id: 7, gateway: '10.0.0.9', oif: 3, ...unknown },
}
const neighbour = {
  ...{ family: 2, ifindex: 3, state: 0x80, flags: 0, type: 1 },
  attrs: { dst: '10.0.0.9', lladdr: '02:00:00:00:00:09', ...unknown },
}
const address = {
  ...{ family: 2, prefixlen: 24, flags: 0x80, scope: 0, index: 3 },
  attrs: { address: '10.0.0.1', local: '10.0.0.1', flags: 0x80, ...unknown },
}
const rule = {
  ...{ family: 2, dstLen: 0, srcLen: 8, tos: 0, table: 7, action: 1, flags: 0 },
  attrs: { table: 7, priority: 100, src: '10.0.0.0', ...unknown },
}

/** The requests that add an object again, and those that change it back. */
const requests: Readonly<Record<string, readonly UndoRequest[]>> = {
  address: [additionOfAddress(address), additionOfAddress(address, true)],
  route: [run(additionOfRoute(route as never) as never), run(additionOfRoute(route as never, true) as never)],
  rule: [additionOfRule(rule as never)],
  nexthop: [additionOfNexthop(nexthop as never), additionOfNexthop(nexthop as never, true)],
  neighbour: [additionOfNeighbour(neighbour as never), additionOfNeighbour(neighbour as never, true)],
}

for (const [name, list] of Object.entries(requests))
  test(name, () => {
    for (const { value } of list)
      assert.equal((value as { attrs: Record<string, unknown> }).attrs['?200'], unknown['?200'])
  })

/** A port of a bridge. */
const link = {
  ...{ family: 0, type: 1, index: 7, flags: 0, change: 0 },
  attrs: {
    ...{ ifname: 'v0', mtu: 1400, ...unknown },
    linkinfo: {
      kind: 'vxlan',
      data: { id: 7, ...unknown },
      slaveKind: 'bridge',
      slaveData: { cost: 3, ...unknown },
      ...unknown,
    },
    afSpec: { inet6: { addrGenMode: 1, ...unknown }, ...unknown },
  },
}

test('link: also in a request that the kernel may refuse because of them', () => {
  const requests = run(additionsOfLink(toLink(link as never), undefined) as never) as UndoRequest[]
  const sent = requests.map(({ value, tolerated }) => ({
    ...{ attrs: (value as { attrs: Record<string, Record<string, never>> }).attrs, tolerated },
  }))
  const [first, second, third, fourth] = sent
  assert.equal(first?.attrs.linkinfo, { kind: 'vxlan', data: { id: 7, ...unknown }, ...unknown })
  assert.equal(first?.attrs['?200'], unknown['?200'])
  assert.ok(first?.tolerated.includes('EINVAL'))
  assert.equal(second, {
    attrs: { ifname: 'v0', mtu: 1400, linkinfo: { kind: 'vxlan', data: { id: 7, ...unknown } } },
    tolerated: ['EEXIST'],
  })
  // By its index: meanwhile another link may have its name.
  assert.is((requests[2]?.value as { index?: number } | undefined)?.index, 7)
  assert.equal(third?.attrs, { ...unknown, afSpec: { ...unknown, inet6: unknown } })
  assert.ok(third?.tolerated.includes('EINVAL'))
  assert.equal(fourth?.attrs.linkinfo, { slaveKind: 'bridge', slaveData: { cost: 3, ...unknown } })
})

test('link: one request if there are none', () => {
  const { '?200': _, ...attrs } = { ...link.attrs, linkinfo: { kind: 'vxlan', data: { id: 7 } }, afSpec: {} } as Record<
    string,
    unknown
  >
  const requests = run(additionsOfLink(toLink({ ...link, attrs } as never), undefined) as never) as UndoRequest[]
  assert.is(requests.length, 2, 'the link, and that it is down')
})

const qdisc = {
  ...{ family: 0, ifindex: 3, handle: 0x10000, parent: 0xffffffff, info: 2 },
  attrs: { kind: 'fq_codel', options: { limit: 100, ...unknown }, ...unknown },
}

for (const isChange of [false, true])
  test(`qdisc${isChange ? ' that is changed back' : ''}`, () => {
    const [request] = run(restorationOf('qdisc', { message: qdisc }, isChange) as never) as UndoRequest[]
    assert.equal((request as UndoRequest & { readonly value: typeof qdisc }).value.attrs, {
      ...unknown,
      kind: 'fq_codel',
      options: { limit: 100, ...unknown },
      ...{ stab: undefined, ingressBlock: undefined, egressBlock: undefined },
    })
  })

test.run()
