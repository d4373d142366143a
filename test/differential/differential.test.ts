import * as assert from 'uvu/assert'
import { versions } from '../cni-tap/attachment.js'
import { suiteNeeding } from '../support/privileges.js'
import { allowed } from './allowed.js'
import { compare, describe } from './compare.js'
import { examples, plain } from './examples.js'
import { run } from './run.js'
import type { Ipam, Scenario } from './scenario.js'

const test = suiteNeeding('cni-tap against upstream', 'netns', 'tun', 'cniPlugins')

function assertExplained(changes: Partial<Scenario>) {
  const scenario = { ...plain, ...changes }
  const comparison = compare(scenario)
  assert.equal(comparison.unexplained, [], describe(scenario, comparison.unexplained))
  return comparison
}

const dns = { nameservers: ['10.0.0.53'], domain: 'example', search: ['a', 'b'], options: ['c'] }
const ipams: Record<string, Ipam> = {
  'no addresses': { kind: 'none' },
  'host-local': { kind: 'host-local', subnets: ['10.1.2.0/24'] },
  'one address of each family': {
    kind: 'static',
    addresses: [{ address: '10.0.0.2/24', gateway: '10.0.0.1' }, { address: '2001:db8::2/64' }],
    routes: [{ dst: '0.0.0.0/0' }, { dst: '10.7.0.0/16', gw: '10.0.0.9' }, { dst: '2001:db8:7::/48' }],
  },
  'several addresses, and routes with all keys of 1.1.0': {
    kind: 'static',
    addresses: [
      { address: '10.0.0.2/24', gateway: '10.0.0.1' },
      { address: '10.0.1.2/31' },
      { address: '10.0.2.2/32' },
    ],
    routes: [
      { dst: '0.0.0.0/0' },
      { dst: '10.7.0.0/16', gw: '10.0.0.9', mtu: 1300, advmss: 1260, priority: 5, table: 100, scope: 200 },
      { dst: '10.8.0.0/16', mtu: 0, advmss: 0, priority: 0, table: 0, scope: 0 },
    ],
  },
}

/** Removes the field of a 1.1.0 result that upstream omits. */
function withoutMtu(result: unknown): unknown {
  const { interfaces, ...rest } = result as { interfaces?: { mtu?: number }[] }
  return interfaces === undefined ? rest : { interfaces: interfaces.map(({ mtu: _, ...each }) => each), ...rest }
}

for (const version of versions) {
  for (const [name, ipam] of Object.entries(ipams)) {
    test(`[${version}] the result with ${name} equals upstream's, except for the mtu that 1.1.0 adds`, () => {
      const keys = { dns, mac: '02:00:00:00:00:01' }
      const { pairs } = assertExplained({ cniVersion: version, ipam, keys, steps: [{ command: 'ADD' }] })
      const { upstream, ours } = pairs[1] as (typeof pairs)[1]
      assert.is(ours.exitCode, upstream.exitCode)
      if (ours.exitCode === 0) assert.equal(withoutMtu(ours.result), upstream.result)
    })
  }
}

test('an IPv6 gateway gives the same result and state, without the delay of upstream', () => {
  const addresses = [{ address: '2001:db8::2/64', gateway: '2001:db8::1' }]
  const ipam: Ipam = { kind: 'static', addresses, routes: [{ dst: '::/0' }] }
  const { pairs } = assertExplained({ ipam, steps: [{ command: 'ADD' }, { command: 'CHECK' }, { command: 'DEL' }] })
  assert.equal(
    pairs.map(({ ours }) => ours.exitCode),
    [0, 0, 0, 0],
  )
})

for (const row of allowed) {
  if (row.sometimes) continue
  test(`allowed difference: ${row.reason}`, () => {
    const example = examples[row.reason]
    assert.ok(example, 'expected an example in examples.ts')
    assert.ok(assertExplained(example).used.has(row), 'expected the example to show it')
  })
}

test('generated scenarios show only allowed differences', () => {
  assert.is(run({ runs: 20, seed: 1 }), undefined)
})

test.run()
