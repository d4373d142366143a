import { deepStrictEqual } from 'node:assert'
import { inspect } from 'node:util'
import {
  BatchInterruptedError,
  DumpInterruptedError,
  EnsureError,
  Netlink,
  NetlinkError,
  NL_ATTR_TYPE,
  toRoute,
} from '@netloom/netlink'
import { toJson } from '@netloom/netlink/dissect'
import { ethtool, nlctrl } from '@netloom/netlink/generic'
import * as assert from 'uvu/assert'
import { acceptedIn } from '../../packages/netlink/dist/api/policy/decode.js'
import { toEvent } from '../../packages/netlink/dist/api/watch/event-queue.js'
import { veths } from '../support/api.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('JSON of objects of Netlink', 'netns')

const LARGEST = 2n ** 64n - 1n
const largest = '18446744073709551615'

const parsed = (value: unknown) => JSON.parse(JSON.stringify(value))

const opened = (use: (nl: Netlink, ns: Namespace) => Promise<void> | void) =>
  inScratch(async (ns) => {
    using nl = Netlink.open({ netns: ns.path })
    await veths(nl)
    await nl.link.set('lo', { up: true })
    await nl.address.add({ address: '10.0.0.1/24', dev: 'a' })
    await use(nl, ns)
  })

/** Checks the JSON of objects, and that what makes it possible is not visible. */
function checkAll(objects: readonly object[]): void {
  assert.ok(objects.length > 0)
  for (const object of objects) {
    // Infinity, of a lifetime, is null in JSON.
    assert.equal(parsed(object), parsed(toJson(object)))
    deepStrictEqual(object, { ...object })
    assert.not.match(inspect(object, { depth: null }), 'toJSON')
  }
}

test('every kind of object can be converted to JSON', () =>
  opened(async (nl) => {
    await nl.link.add({ name: 'br0', kind: 'bridge', up: true })
    await nl.link.set('b', { master: 'br0' })
    await nl.nexthop.add({ id: 7, via: '10.0.0.2', dev: 'a' })
    await nl.neighbour.add({ dst: '10.0.0.9', dev: 'a', lladdr: '02:00:00:00:00:09' })
    await nl.qdisc.add({ dev: 'a', parent: 'root', kind: 'pfifo', options: { limit: 5 } })
    for (const kind of ['link', 'address', 'route', 'neighbour', 'rule', 'nexthop', 'qdisc'] as const)
      checkAll(await nl[kind].list())
    const bridge = await nl.link.get('br0')
    assert.ok(bridge?.kind === 'bridge')
    assert.is(typeof bridge.data?.mcastQueryIntvl, 'bigint')
    assert.is(parsed(bridge).data.mcastQueryIntvl, Number(bridge.data?.mcastQueryIntvl))
    assert.equal(parsed({ ...bridge }).data, parsed(bridge.data))
    const port = await nl.link.get('b')
    assert.type(parsed(port).slaveData.holdTimer, 'number')
  }))

/** Calls `check` with an object and everything in it. A nest of a policy may contain itself, so the depth is limited. */
function eachPart(object: object, check: (part: object) => void, depth = 6): void {
  // Bytes alone have the JSON of a Buffer.
  if (object instanceof Uint8Array) return
  check(object)
  if (depth === 0) return
  for (const member of Object.values(object))
    if (typeof member === 'object' && member !== null) eachPart(member, check, depth - 1)
}

test('each part of an object can be converted to JSON alone', () =>
  opened(async (nl, ns) => {
    await nl.link.add({ name: 'br0', kind: 'bridge' })
    await nl.link.set('b', { master: 'br0' })
    const encap = { type: 'ip', data: { id: LARGEST, dst: '10.0.0.99' } } as const
    const geneve = [{ geneve: { class: 1, type: 2, data: Buffer.from('cafebabe', 'hex') } }]
    await nl.route.add({ dst: '10.1.0.0/16', dev: 'a', encap })
    await nl.route.add({ dst: '10.2.0.0/16', multipath: [{ via: '10.0.0.2', dev: 'a', encap }, { via: '10.0.0.3' }] })
    await nl.rule.add({ priority: 100, tunId: LARGEST, table: 100 })
    ns.exec('tc', ['qdisc', 'add', 'dev', 'a', 'root', 'tbf', ...'rate 50gbit burst 1mb limit 10mb'.split(' ')])
    let bigints = 0
    for (const kind of ['link', 'address', 'route', 'neighbour', 'rule', 'nexthop', 'qdisc'] as const)
      for (const object of await nl[kind].list())
        eachPart(object, (part) => {
          assert.equal(parsed(part), parsed(toJson(part)))
          if (Object.values(part).some((member) => typeof member === 'bigint')) bigints++
        })
    assert.ok(bigints >= 5, `${bigints} parts with 64-bit numbers`)
    // What only decoding can produce here: options of a route's tunnel, which the kernel cannot create without a module.
    const header = { family: 2, dstLen: 0, srcLen: 0, tos: 0, table: 254, protocol: 3, scope: 0, type: 1, flags: 0 }
    const nested = toRoute({ ...header, attrs: { encapType: 2, encap: { opts: geneve } } } as never)
    eachPart(nested, (part) => assert.equal(parsed(part), parsed(toJson(part))))
    const { stats } = (await nl.link.get('lo')) ?? {}
    assert.ok(stats)
    assert.equal(parsed(stats), toJson(stats))
    assert.type(parsed(stats).rxBytes, 'number')
    deepStrictEqual(stats, { ...stats })
  }))

test('a policy can be converted to JSON, also one with a nest that contains itself', () =>
  opened(async (nl) => {
    const policies = [
      await nl.policy(nlctrl, 'CTRL_CMD_GETFAMILY'),
      await nl.policy(ethtool, 'ETHTOOL_MSG_LINKMODES_SET'),
    ]
    for (const policy of policies) eachPart(policy, (part) => assert.type(JSON.stringify(part), 'string'))
    assert.equal(parsed(policies[0]).do.familyName, { number: 2, type: 'nul_string', maxLength: 15 })
    const header = parsed(policies[1]).do.header
    assert.equal(header.attributes.devName, parsed(policies[1]?.do?.header?.attributes?.devName))
    assert.equal(Object.keys(header.attributes), Object.keys(policies[1]?.do?.header?.attributes ?? {}))
    // A policy whose nest 2 is of the same policy.
    const recursive = acceptedIn(
      new Map([[0, new Map([[2, { type: NL_ATTR_TYPE.NESTED, policyIdx: 0, maxValueU: LARGEST } as never]])]]),
      0,
      undefined,
    )
    assert.equal(parsed(recursive), {
      '?2': {
        number: 2,
        type: 'nested',
        max: largest,
        attributes: { '?2': { number: 2, type: 'nested', max: largest } },
      },
    })
  }))

test('64-bit numbers that a number cannot hold are decimal text', () =>
  opened(async (nl, ns) => {
    await nl.rule.add({ priority: 100, tunId: LARGEST, table: 100 })
    const rule = await nl.rule.get({ priority: 100 })
    assert.is(rule?.tunId, LARGEST)
    assert.is(parsed(rule).tunId, largest)
    const encap = { type: 'ip', data: { id: LARGEST, dst: '10.0.0.99' } } as const
    await nl.route.add({ dst: '10.1.0.0/16', dev: 'a', encap })
    const hop = { via: '10.0.0.2', dev: 'a', encap }
    await nl.route.add({ dst: '10.2.0.0/16', multipath: [hop, { via: '10.0.0.3', dev: 'a' }] })
    const [route, multipath] = [await nl.route.get({ dst: '10.1.0.0/16' }), await nl.route.get({ dst: '10.2.0.0/16' })]
    assert.is(parsed(route).encap.data.id, largest)
    assert.is(parsed(multipath).multipath[0].encap.data.id, largest)
    await nl.nexthop.add({ id: 8, ...hop })
    assert.is(parsed(await nl.nexthop.get({ id: 8 })).encap.data.id, largest)
    ns.ip('nexthop', 'add', 'id', 9, 'group', 8, 'type', 'resilient', 'buckets', 8)
    const group = await nl.nexthop.get({ id: 9 })
    assert.is(typeof group?.resilient?.unbalancedTime, 'bigint')
    assert.type(parsed(group).resilient.unbalancedTime, 'number')
    ns.exec('tc', ['qdisc', 'add', 'dev', 'a', 'root', 'tbf', ...'rate 50gbit burst 1mb limit 10mb'.split(' ')])
    const qdisc = await nl.qdisc.get({ dev: 'a', parent: 'root' })
    assert.is(parsed(qdisc).options.rate64, 50e9 / 8)
    checkAll([rule, route, multipath, group, qdisc].filter((each) => each !== undefined))
  }))

test('events and results of ensure can be converted to JSON', () =>
  opened(async (nl) => {
    await nl.link.add({ name: 'br0', kind: 'bridge' })
    const before = await nl.link.get('br0')
    const ensured = await nl.link.ensure({ name: 'br0', kind: 'bridge', data: { mcastQueryIntvl: 20_000n } })
    const changes = [{ key: 'data.mcastQueryIntvl', before: 12_500, after: 20_000 }]
    assert.equal(parsed(ensured), { changed: true, created: false, changes })
    const after = await nl.link.get('br0')
    const event = toEvent({ id: '', previousId: '', kind: 'link', before, after, derived: false })
    assert.equal(parsed(event), parsed(toJson(event)))
    assert.ok(parsed(event).changes.some(({ key }: { key: string }) => key === 'data.mcastQueryIntvl'))
  }))

test('errors can be converted to JSON, with their messages', () =>
  opened(async (nl) => {
    try {
      nl.link.addSync({ name: 'lo', kind: 'dummy' })
      assert.unreachable()
    } catch (error) {
      assert.instance(error, NetlinkError)
      const { message } = error as NetlinkError
      const { name, code, errno, request } = parsed(error)
      assert.equal([name, code, errno, request], ['NetlinkError', 'EEXIST', 17, 'RTM_NEWLINK'])
      assert.is(parsed(error).message, message)
    }
    const policy = { type: 4, minValueU: 1n, maxValueU: LARGEST }
    const refused = new NetlinkError({ request: 'RTM_NEWLINK', errno: 34, policy, cookie: Buffer.from('cafe', 'hex') })
    assert.equal(parsed(refused).policy, { type: 4, minValueU: 1, maxValueU: largest })
    assert.is(parsed(refused).cookie, 'cafe')
    assert.equal(parsed(new DumpInterruptedError('RTM_GETLINK', 3, [{ stats: LARGEST }])).received, [
      { stats: largest },
    ])
    const difference = { key: 'tunId', wanted: 1n, actual: LARGEST }
    assert.equal(parsed(new EnsureError('rule', 'any', [difference])).differences, [toJson(difference)])
    const item = { state: 'failed', replies: [{ rx: LARGEST }], error: refused }
    const { items, cause } = parsed(new BatchInterruptedError([item], new Error('late')))
    assert.equal(
      [items[0].replies, items[0].error.message, cause.message],
      [[{ rx: largest }], refused.message, 'late'],
    )
  }))

test.run()
