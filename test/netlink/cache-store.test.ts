import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Change, Subscribers } from '../../packages/netlink/dist/cache/changes.js'
import type { Objects } from '../../packages/netlink/dist/cache/kinds.js'
import { CacheModel } from '../../packages/netlink/dist/cache/model.js'
import { RTN, RTPROT } from '../../packages/netlink/dist/route/index.js'
import { cpuOf } from '../support/until.js'
import '../support/built.js'

// Dumps that the kernel begins again: too rare in a test with the kernel itself.

const test = suite('objects of a cache')

const INET6 = 10
const header = { family: INET6, dstLen: 64, srcLen: 0, tos: 0, table: 254, protocol: RTPROT.KERNEL, scope: 0, flags: 0 }
const route = (dst: string): Objects['route'] => ({
  ...header,
  type: RTN.UNICAST,
  attrs: { dst, oif: 2, priority: 256 },
})
const event = (type: 'RTM_NEWROUTE' | 'RTM_DELROUTE', dst: string) =>
  ({ type, flags: 0, message: route(dst) }) as unknown as Parameters<CacheModel['apply']>[0]

function modelWith(...dsts: string[]) {
  const model = new CacheModel(new Subscribers(), ['route'])
  model.reconcile({ kind: 'route', family: INET6 }, dsts.map(route))
  return model
}

test('a route that a dump contains twice is one route', () => {
  const model = modelWith('2001:db8:1::', '2001:db8:2::', '2001:db8:1::', '2001:db8:2::', '2001:db8:3::')
  assert.is(model.stores.route.objects.size, 3)
})

test('rules that are equal are several rules', () => {
  const rule = { family: 2, dstLen: 0, srcLen: 0, tos: 0, table: 7, action: 1, flags: 0, attrs: { priority: 5 } }
  const model = new CacheModel(new Subscribers(), ['rule'])
  model.reconcile({ kind: 'rule', family: 2 }, [rule, rule] as unknown as Objects['rule'][])
  assert.is(model.stores.rule.objects.size, 2)
})

test('IPv6 routes are dumped again if one was removed during the dump, but not forever', () => {
  const model = modelWith('2001:db8:1::', '2001:db8:2::')
  model.apply(event('RTM_NEWROUTE', '2001:db8:3::'), true)
  assert.ok(model.isComplete, 'an added route moves no other one out of the dump')
  model.apply(event('RTM_DELROUTE', '2001:db8:1::'), false)
  assert.ok(model.isComplete, 'the removal was read before the dump')
  let dumps = 0
  for (; dumps < 100; dumps++) {
    model.apply(event('RTM_DELROUTE', '2001:db8:9::'), true)
    if (model.isComplete) break
    assert.equal(model.takeStale(), [{ kind: 'route', family: INET6 }])
  }
  assert.is(dumps, 10)
  model.settle()
  model.apply(event('RTM_DELROUTE', '2001:db8:9::'), true)
  assert.not(model.isComplete)
})

const vlanEvent = (type: string, entry: readonly object[], globalOptions?: readonly object[], ifindex = 2) =>
  ({ type, flags: 0, message: { family: 7, ifindex, attrs: { entry, globalOptions } } }) as unknown as Parameters<
    CacheModel['apply']
  >[0]
const [PVID, UNTAGGED] = [2, 4]
const present = { family: 7, ifindex: 2, attrs: { entry: [{ info: { vid: 1, flags: PVID | UNTAGGED } }] } }

/** Returns VLANs of a cache as text. */
const vlansIn = (model: CacheModel) =>
  [...model.stores.vlan.objects.values()].map(({ ifindex, attrs }) => {
    const [{ info, tunnelInfo } = {} as NonNullable<typeof attrs.entry>[number]] = attrs.entry ?? []
    return `${ifindex} ${info?.vid} ${info?.flags}${tunnelInfo?.id === undefined ? '' : ` ${tunnelInfo.id}`}`
  })

test('ranges of VLANs are single VLANs, and another PVID makes the others stale', () => {
  const changes: string[] = []
  const subscribers = new Subscribers()
  subscribers.listen((change) => changes.push(`${change.type} ${'after' in change && change.after ? '+' : '-'}`), {})
  const model = new CacheModel(subscribers, ['vlan'])
  model.reconcile({ kind: 'vlan', family: 7 }, [present] as never)
  model.apply(vlanEvent('RTM_NEWVLAN', [{ info: { vid: 10, flags: 0 }, range: 12, tunnelInfo: { id: 100 } }]), false)
  assert.equal(vlansIn(model), ['2 1 6', '2 10 0 100', '2 11 0 101', '2 12 0 102'])
  model.apply(vlanEvent('RTM_DELVLAN', [{ info: { vid: 11, flags: 0 }, range: 30 }]), false)
  model.apply(vlanEvent('RTM_NEWVLAN', [], [{ id: 10, mcastQuerier: 1 }]), false)
  assert.equal([vlansIn(model), model.isComplete], [['2 1 6', '2 10 0 100'], true])
  model.apply(vlanEvent('RTM_NEWVLAN', [{ info: { vid: 10, flags: PVID } }]), false)
  assert.equal(model.takeStale(), [{ kind: 'vlan', family: 7 }])
  const entry = [{ info: { vid: 1, flags: UNTAGGED } }, { info: { vid: 10, flags: PVID } }]
  model.reconcile({ kind: 'vlan', family: 7 }, [{ ...present, attrs: { entry } }] as never)
  assert.equal(vlansIn(model), ['2 1 4', '2 10 2'])
  assert.is(changes.filter((each) => each === 'vlan +').length, 1 + 3 + 1 + 1)
})

const globalsIn = (model: CacheModel) =>
  [...model.stores.globalVlan.objects.values()].map(
    ({ ifindex, attrs }) => `${ifindex} ${attrs.globalOptions?.[0]?.id} ${attrs.globalOptions?.[0]?.mcastQuerier}`,
  )

test('options of VLANs in their bridge: one object each, requested again when a VLAN is added or removed', () => {
  const changes: string[] = []
  const subscribers = new Subscribers()
  const listener = (change: Change) => changes.push(`${change.type} ${'key' in change && change.key}`)
  subscribers.listen(listener, {})
  const model = new CacheModel(subscribers, ['link', 'vlan', 'globalVlan'])
  const dump = (to: number) => [
    { family: 7, ifindex: 5, attrs: { globalOptions: [{ id: 1, range: to, mcastQuerier: 0, mcastQuerierState: {} }] } },
  ]
  const stale = [{ kind: 'globalVlan' as const, family: 7 }]
  model.reconcile({ kind: 'globalVlan', family: 7 }, dump(3) as never)
  assert.equal(globalsIn(model), ['5 1 0', '5 2 0', '5 3 0'])
  changes.length = 0
  // Ports have no options, and options have no flags. What the kernel learns of queriers is no change.
  model.apply(vlanEvent('RTM_NEWVLAN', [], [{ id: 2, mcastQuerier: 1 }], 5), false)
  model.reconcile({ kind: 'globalVlan', family: 7 }, [
    ...[
      {
        family: 7,
        ifindex: 5,
        attrs: {
          globalOptions: [
            { id: 1, mcastQuerier: 0 },
            { id: 2, mcastQuerier: 1 },
          ],
        },
      },
    ],
    ...[{ family: 7, ifindex: 5, attrs: { globalOptions: [{ id: 3, mcastQuerier: 0 }] } }],
  ] as never)
  assert.equal([globalsIn(model), changes], [['5 1 0', '5 2 1', '5 3 0'], ['globalVlan 5 2']])
  assert.ok(model.isComplete)
  model.apply(vlanEvent('RTM_NEWVLAN', [{ info: { vid: 9, flags: 0 } }]), false)
  assert.equal(model.takeStale(), stale)
  model.apply(vlanEvent('RTM_NEWVLAN', [{ info: { vid: 9, flags: UNTAGGED } }]), false)
  assert.ok(model.isComplete)
  model.apply(vlanEvent('RTM_DELVLAN', [{ info: { vid: 9, flags: 0 } }]), false)
  assert.equal(model.takeStale(), stale)
  model.reconcile({ kind: 'globalVlan', family: 7 }, dump(2) as never)
  assert.equal(globalsIn(model), ['5 1 0', '5 2 0'])
  const link = { family: 0, type: 1, index: 5, flags: 0, change: 0, attrs: { ifname: 'br0' } }
  model.reconcile({ kind: 'link', family: 0 }, [link] as never)
  model.apply({ type: 'RTM_DELLINK', flags: 0, message: link } as never, false)
  assert.equal(globalsIn(model), [])
})

test('tables of bridges end with their link', () => {
  const model = new CacheModel(new Subscribers(), ['link', 'vlan', 'mdb', 'vni'])
  const group = (ifindex: number) => ({
    ifindex,
    state: 1,
    flags: 0,
    vid: 0,
    addr: { u: '239.1.1.1', proto: 8 },
    attrs: {},
  })
  const mdb = {
    family: 7,
    ifindex: 5,
    attrs: { mdb: { entry: [{ info: [group(2), group(3)] }, { info: [group(5)] }] } },
  }
  const link = (index: number) => ({ family: 0, type: 1, index, flags: 0, change: 0, attrs: { ifname: `l${index}` } })
  model.reconcile({ kind: 'link', family: 0 }, [2, 3, 5].map(link) as never)
  model.reconcile({ kind: 'vlan', family: 7 }, [present] as never)
  model.reconcile({ kind: 'mdb', family: 7 }, [mdb] as never)
  const vni = { family: 7, flags: 0, ifindex: 3, attrs: { entry: [{ start: 7, end: 9 }] } }
  model.reconcile({ kind: 'vni', family: 7 }, [vni] as never)
  const sizes = () => (['vlan', 'mdb', 'vni'] as const).map((kind) => model.stores[kind].objects.size)
  assert.equal(sizes(), [1, 3, 3])
  const removal = (index: number) => ({ type: 'RTM_DELLINK', flags: 0, message: link(index) }) as never
  model.apply(removal(2), false)
  assert.equal(sizes(), [0, 2, 3])
  model.apply(removal(3), false)
  assert.equal(sizes(), [0, 1, 0])
  model.apply(removal(5), false)
  assert.equal(sizes(), [0, 0, 0])
})

/** Returns a cache with links that each have an address, a route, a port of the first link and a rule. */
function modelOfLinks(count: number): { readonly model: CacheModel; deleteAll(): void } {
  const model = new CacheModel(new Subscribers(), ['link', 'address', 'route', 'rule'])
  const indexes = Array.from({ length: count }, (_, at) => at + 1)
  const address = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`
  const links = indexes.map((index) => ({
    ...{ family: 0, type: 1, index, flags: 0x10041, change: 0 },
    attrs: { ifname: `l${index}`, ...(index > 1 && { master: 1 }) },
  }))
  const empty = { dstLen: 32, srcLen: 0, tos: 0, table: 254, flags: 0 }
  const apply = (kind: string, family: number, objects: readonly object[]) =>
    model.reconcile({ kind, family } as never, objects as never)
  apply('link', 0, links)
  const ofLink = { family: 2, prefixlen: 24, flags: 128, scope: 0 }
  apply(
    'address',
    2,
    indexes.map((index) => ({ ...ofLink, index, attrs: { local: address(index), address: address(index) } })),
  )
  apply(
    'route',
    2,
    indexes.map((index) => ({
      ...{ ...empty, family: 2, protocol: 2, scope: 253, type: 1 },
      attrs: { dst: address(index), oif: index, prefsrc: address(index) },
    })),
  )
  apply(
    'rule',
    2,
    indexes.map((index) => ({ ...empty, family: 2, action: 1, attrs: { priority: index, iifname: `l${index}` } })),
  )
  const deleteAll = () => {
    for (const message of links) model.apply({ type: 'RTM_DELLINK', flags: 0, message } as never, false)
  }
  return { model, deleteAll }
}

test('the time of deleting links with what they have is linear in their number', () => {
  const cost = (count: number, rounds: number) => {
    const models = Array.from({ length: rounds }, () => modelOfLinks(count))
    const cpu = cpuOf(() => {
      for (const { deleteAll } of models) deleteAll()
    })
    for (const { model } of models) assert.is(model.stores.link.objects.size + model.stores.address.objects.size, 0)
    return cpu
  }
  cost(200, 10)
  const [many, few] = [cost(10_000, 1), cost(200, 50)]
  // Quadratic time would be 50 times.
  assert.ok(many < 20 * few, `10,000 links took ${many} ms, 50 times 200 links ${few} ms`)
})

test('what a deleted link has used is requested again', () => {
  const { model, deleteAll } = modelOfLinks(2)
  model.takeStale()
  deleteAll()
  const kinds = new Set(model.takeStale().map(({ kind, family }) => `${kind} ${family}`))
  assert.equal([...kinds].sort(), ['route 2', 'rule 10', 'rule 2'])
})

test.run()
