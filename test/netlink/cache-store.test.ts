import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Subscribers } from '../../packages/netlink/dist/cache/changes.js'
import type { Objects } from '../../packages/netlink/dist/cache/kinds.js'
import { CacheModel } from '../../packages/netlink/dist/cache/model.js'
import { RTN, RTPROT } from '../../packages/netlink/dist/route/index.js'
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

test.run()
