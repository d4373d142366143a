import { suite } from 'uvu'
import * as assert from 'uvu/assert'
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

test.run()
