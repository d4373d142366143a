import type { NewNeighbour, NewRoute } from '@netloom/netlink'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { toNeighbour } from '../../packages/netlink/dist/api/neighbour/decode.js'
import * as neighbours from '../../packages/netlink/dist/api/neighbour/diff.js'
import { encodeNewNeighbour } from '../../packages/netlink/dist/api/neighbour/encode.js'
import { toRoute } from '../../packages/netlink/dist/api/route/decode.js'
import * as routes from '../../packages/netlink/dist/api/route/diff.js'
import { encodeRoute } from '../../packages/netlink/dist/api/route/encode.js'
import { isMatch } from '../../packages/netlink/dist/api/values/compare.js'
import { normalize } from '../../packages/netlink/dist/api/values/normalize.js'
import { type NeighbourMessage, neighbourMessage, routeMessage } from '../../packages/netlink/dist/route/index.js'
import '../support/built.js'

const test = suite('comparison of messages before that of options')

/** Returns the message of a spec whose links are indexes, so that the kernel is not asked. */
function messageOf<T>(operation: Generator<unknown, T, unknown[]>): T {
  const { done, value } = operation.next()
  assert.ok(done)
  return value as T
}

const hop = { via: '10.0.0.9', dev: 2 }
/** Routes with one key that differ in one or two properties. */
const routeSpecs: NewRoute[] = [
  ...[
    {},
    { dev: 2 },
    { dev: 3 },
    { via: '10.0.0.9' },
    hop,
    { ...hop, via: '10.0.0.8' },
    { via: '2001:db8::9', dev: 2 },
  ],
  ...[
    { ...hop, src: '10.0.0.1' },
    { ...hop, src: '10.0.0.2' },
    { ...hop, realms: { to: 7 } },
    { ...hop, realms: { to: 8 } },
  ],
  ...[
    { ...hop, realms: {} },
    { ...hop, protocol: 'static' as const },
    { ...hop, scope: 'link' as const },
    { ...hop, mtu: 1400 },
  ],
  ...[
    { ...hop, mtu: 1300 },
    { ...hop, flags: ['ONLINK'] as const },
    { nexthop: 1 },
    { nexthop: 2 },
    { nexthop: 1, realms: { to: 7 } },
  ],
  ...[
    { type: 'blackhole' as const },
    { type: 'unreachable' as const },
    { multipath: [hop] },
    { multipath: [hop, { dev: 3 }] },
  ],
].map((options) => ({ dst: '10.9.0.0/16', ...options }) as NewRoute)

/** Neighbours of one address. */
const neighbourSpecs: NewNeighbour[] = [
  ...[
    {},
    { lladdr: '02:00:00:00:00:01' },
    { lladdr: '02:00:00:00:00:02' },
    { lladdr: '02:00:00:00:00:01', protocol: 'static' },
  ],
  ...[
    { lladdr: '02:00:00:00:00:01', state: ['REACHABLE'] },
    { lladdr: '02:00:00:00:00:01', state: ['NOARP'] },
  ],
  ...[
    { lladdr: '02:00:00:00:00:01', flags: ['ROUTER'] },
    { flags: ['PROXY'] },
    { flags: ['PROXY'], protocol: 'static' },
  ],
].map((options) => ({ dst: '10.0.0.9', dev: 2, ...options }) as NewNeighbour)

test('a route that is clearly the same has no property that differs', () => {
  let clear = 0
  for (const spec of routeSpecs) {
    const request = messageOf(encodeRoute(spec))
    for (const other of routeSpecs) {
      const found = normalize(routeMessage, messageOf(encodeRoute(other)))
      if (!routes.isClearlySame(spec, request, found)) continue
      clear++
      const differences = routes.compareRoute(spec, request, toRoute(found)).filter((each) => !isMatch(each))
      assert.equal(differences, [], JSON.stringify([spec, other]))
    }
  }
  // Each route without nested properties, by itself.
  assert.ok(clear >= 15, String(clear))
})

test('a neighbour that is clearly the same has no property that differs', () => {
  let clear = 0
  for (const spec of neighbourSpecs) {
    const request = messageOf(encodeNewNeighbour(spec)) as NeighbourMessage
    for (const other of neighbourSpecs) {
      const found = normalize(neighbourMessage, messageOf(encodeNewNeighbour(other)) as NeighbourMessage)
      if (!neighbours.isClearlySame(request, found)) continue
      clear++
      const differences = neighbours.compareNeighbour(spec, request, toNeighbour(found).message)
      assert.equal(
        differences.filter((each) => !isMatch(each)),
        [],
        JSON.stringify([spec, other]),
      )
    }
  }
  assert.ok(clear >= neighbourSpecs.length, String(clear))
})

test.run()
