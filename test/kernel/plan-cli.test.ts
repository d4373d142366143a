import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Desired, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { stateOf } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

const test = suiteNeeding('netloom plan, apply, confirm and capture-state', 'netns')

const main = fileURLToPath(new URL('../../packages/netlink/bundle/cli/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'netloom-plan-'))
test.after(() => rmSync(folder, { recursive: true }))

const netloom = (args: readonly string[], input = '') => {
  const { error, signal, status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    input,
    encoding: 'utf8',
  })
  // Without this, a process that was killed is only a status that is null.
  if (error || signal) throw error ?? new Error(`expected ${args[0]} to exit, got ${signal}: ${stdout}${stderr}`)
  return { status, stdout, stderr }
}

/** Defines a test with two veth pairs in its own namespace. */
const inNetns = (name: string, use: (nl: Netlink, path: string) => Promise<void>) =>
  test(name, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      await nl.link.set('lo', { up: true })
      await veths(nl)
      await use(nl, path)
    }),
  )

const site: Desired = {
  links: [
    { name: 'br0', kind: 'bridge', up: true },
    { name: 'a', master: 'br0', mtu: 1400 },
  ],
  addresses: [{ address: '10.0.0.1/24', dev: 'br0' }],
  routes: [{ dst: '10.1.0.0/16', via: '10.0.0.9' }],
}
// The kernel does not look for gateways in table 51.
const failing = {
  ...site,
  routes: [
    { dst: '192.0.2.0/24', dev: 'br0', table: 51 },
    { dst: '10.9.0.0/16', via: '192.0.2.1' },
  ],
}

inNetns('plan prints the steps, apply does them, and then there is nothing to do', async (nl, netns) => {
  const file = join(folder, 'site.json')
  writeFileSync(file, JSON.stringify({ $schema: './desired.schema.json', ...site }))
  const before = await stateOf(nl)
  const planned = netloom(['plan', file, '--netns', netns])
  assert.is(planned.status, 3, planned.stderr)
  assert.match(planned.stdout, /^ 1 \+ link +br0 .*bridge\n/)
  assert.match(planned.stdout, / 3 ~ link +a +master – → br0 +after 1\n/)
  assert.match(planned.stdout, /^ {3}6 changes, /m)
  const dry = netloom(['apply', file, '--dry-run', '--netns', netns])
  assert.equal([dry.status, dry.stdout], [3, planned.stdout])
  assert.equal(await stateOf(nl), before)
  const applied = netloom(['apply', file, '--netns', netns])
  assert.is(applied.status, 3, applied.stderr)
  assert.match(applied.stdout, /^ ✓ 1 \+ link +br0 .*bridge\n/m)
  assert.match(applied.stdout, /\nchanged: 6 done\n$/)
  const again = netloom(['apply', file, '--netns', netns])
  assert.is(again.status, 0)
  assert.match(again.stdout, 'nothing to do')
  const json = netloom(['plan', '-', '--json', '--netns', netns], JSON.stringify(site))
  assert.equal(JSON.parse(json.stdout).steps, [])
})

inNetns('a step that fails is undone, with its reason', async (nl, netns) => {
  const before = await stateOf(nl)
  const { status, stdout, stderr } = netloom(['apply', '-', '--netns', netns], JSON.stringify(failing))
  assert.equal([status, stderr], [5, ''])
  assert.match(stdout, /^ ✗ 7 \+ route .*ENETUNREACH/m)
  assert.match(stdout, /^ ↶ 1 – link +br0$/m)
  assert.match(stdout, /\nnothing was changed: 6 done, 6 undone, 0 left\n$/)
  assert.equal(await stateOf(nl), before)
  const kept = netloom(['apply', '-', '--keep-going', '--netns', netns], JSON.stringify(failing))
  assert.equal([kept.status, kept.stdout.split('\n').at(-2)], [6, 'something is left: 6 done, 0 undone, 6 left'])
})

inNetns('apply reports steps while it does them: -v as text on standard error, --json as lines', async (nl, netns) => {
  const before = await stateOf(nl)
  const json = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  const failed = netloom(['apply', '-', '--json', '--netns', netns], JSON.stringify(failing))
  assert.equal([failed.status, failed.stderr], [5, ''])
  const lines = json(failed.stdout)
  const resultsOf = (result: string) => lines.filter((line) => line.result === result).map(({ step }) => step.id)
  assert.equal(
    [resultsOf('done'), resultsOf('undone')],
    [
      [1, 2, 3, 4, 5, 6],
      [6, 5, 4, 3, 2, 1],
    ],
  )
  const refused = lines.find(({ result }) => result === 'failed')
  assert.is(refused.step.id, 7)
  assert.match(refused.reason, 'ENETUNREACH')
  assert.equal(lines.at(-1), { done: 6, undone: 6, left: 0 })
  assert.equal(await stateOf(nl), before)

  const { status, stdout, stderr } = netloom(['apply', '-', '-v', '--netns', netns], JSON.stringify(site))
  assert.is(status, 3, stderr)
  const progress = stderr.trimEnd().split('\n')
  assert.equal([progress.length, progress[0]], [6, 'netloom: 1 of 6: add link br0'])
  assert.match(stdout, /^ ✓ 1 \+ link +br0 .*bridge\n[\s\S]*\nchanged: 6 done\n$/)

  const carrier = (name: string) => JSON.stringify({ links: [{ name, mtu: 1300, carrier: true }] })
  const changed = netloom(['apply', '-', '--json', '--netns', netns], carrier('b'))
  assert.equal([changed.status, json(changed.stdout).at(-1)], [3, { done: 1, undone: 0, left: 0 }])
  await nl.link.set('b-peer', { up: false })
  const waiting = netloom(['apply', '-', '--netns', netns], carrier('b'))
  assert.equal([waiting.status, waiting.stdout], [6, ''])
  assert.match(waiting.stderr, /this remains: b: no carrier\n$/)
})

inNetns('apply prints whole lines of steps on a terminal', async (_nl, netns) => {
  const file = join(folder, 'terminal.json')
  writeFileSync(file, JSON.stringify(site))
  // script(1) runs the command with a terminal as its standard streams.
  const command = [process.execPath, main, 'apply', file, '--netns', netns].join(' ')
  const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8', input: '' })
  const lines = stdout.trimEnd().split('\r\n')
  assert.is(lines.filter((line) => /^netloom: \d of 6: (add|change) (link|address|addr|route) \S/.test(line)).length, 6)
  assert.is(lines.at(-1), 'changed: 6 done')
})

inNetns('what must not be done is refused, and nothing is changed', async (nl, netns) => {
  const before = await stateOf(nl)
  const apply = (state: unknown) => netloom(['apply', '-', '--netns', netns], JSON.stringify(state))
  const conflict = apply({ links: [{ name: 'a', kind: 'bridge' }] })
  assert.is(conflict.status, 4)
  assert.match(conflict.stdout, /^ ! links\[0\]/m)
  const lossy = apply({ links: [{ name: 'a', absent: true }] })
  assert.is(lossy.status, 4)
  assert.match(lossy.stderr, 'expected allowLossy for step 1, remove link a')
  for (const [state, says] of [
    [
      { links: [{ name: 'a' }, { name: 'b', mtuu: 1400 }] },
      "links[1]: expected one of the known keys, such as mtu, got 'mtuu'",
    ],
    [{ adresses: [] }, "the desired state: expected one of the known keys, such as addresses, got 'adresses'"],
    [[], 'standard input: expected a desired state'],
  ] as const) {
    const { status, stderr } = apply(state)
    assert.is(status, 1)
    assert.ok(stderr.includes(says), stderr)
    assert.not.match(stderr, 'internal')
  }
  const damaged = netloom(['plan', '-', '--netns', netns], '{')
  assert.is(damaged.status, 1)
  assert.match(damaged.stderr, 'standard input: expected JSON')
  assert.is(netloom(['apply', '-', '--confirm-within', 'soon']).status, 2)
  assert.equal(await stateOf(nl), before)
})

inNetns('a module exports the state, or a function that returns it', async (_nl, netns) => {
  for (const [name, code] of [
    ['state.mjs', `export default ${JSON.stringify(site)}`],
    ['function.mjs', `export default async () => (${JSON.stringify(site)})`],
  ] as const) {
    writeFileSync(join(folder, name), code)
    const { status, stdout, stderr } = netloom(['plan', join(folder, name), '--netns', netns])
    assert.is(status, 3, stderr)
    assert.match(stdout, '6 changes')
  }
})

inNetns('apply --confirm-within is undone by itself unless confirm keeps it', async (nl, netns) => {
  const apply = (time: string) => {
    const args = ['apply', '-', '--confirm-within', time, '--netns', netns]
    const { status, stdout, stderr } = netloom(args, JSON.stringify(site))
    assert.is(status, 3, stderr)
    return /netloom confirm ([0-9a-f]{16})\n$/.exec(stdout)?.[1] ?? ''
  }
  const undone = apply('10s')
  await until('the undo', () => nl.link.listSync().every(({ name }) => name !== 'br0'))
  assert.is(netloom(['confirm', undone]).status, 5)
  const kept = apply('10m')
  assert.equal(netloom(['confirm', kept]), { status: 0, stdout: '', stderr: '' })
  assert.ok(await nl.link.get('br0'))
  assert.is(netloom(['confirm', 'x']).status, 1)
})

inNetns('capture-state prints a state that plans to nothing, and that restores what was removed', async (nl, netns) => {
  await (await nl.plan(site)).apply({ settle: 60_000 })
  await nl.link.add({ name: 'm0', kind: 'macvlan', link: 'b', up: true })
  await nl.link.add({ name: 'vx0', kind: 'vxlan', data: { id: 5, port: 4789 } })
  await nl.address.add({ address: '2001:db8::1/64', dev: 'm0', flags: ['NODAD'] })
  await nl.route.add({
    dst: '10.2.0.0/16',
    multipath: [{ via: '10.0.0.8' }, { via: '10.0.0.9', weight: 3 }],
    mtu: 1300,
  })
  await nl.route.add({ dst: '2001:db8:1::/48', via: '2001:db8::9', table: 7 })
  await nl.nexthop.add({ id: 7, blackhole: true })
  await nl.rule.add({ priority: 100, from: '10.0.0.0/8', table: 7 })
  await nl.neighbour.add({ dst: '10.0.0.9', dev: 'br0', lladdr: '02:00:00:00:00:09' })
  await nl.qdisc.add({ dev: 'b-peer', kind: 'pfifo', handle: '1:', options: { limit: 10 } })
  await nl.link.add({ name: 'vx1', kind: 'vxlan', data: { collectMetadata: true, vnifilter: true, port: 4790 } })
  await nl.bridge.vni.add({ dev: 'vx1', vni: 100, vniEnd: 199, group: '10.0.0.9' })
  await nl.bridge.mdb.add({ dev: 'vx0', group: '239.1.1.1', dst: '10.0.0.9', mode: 'include', sources: ['10.0.0.7'] })
  const { status, stdout, stderr } = netloom(['capture-state', '--netns', netns])
  assert.equal([status, stderr], [0, ''])
  const file = join(folder, 'captured.json')
  writeFileSync(file, stdout)
  const plan = netloom(['plan', file, '--netns', netns])
  assert.is(plan.status, 0, plan.stdout)
  await nl.link.delete('m0')
  await nl.link.delete('br0')
  await nl.rule.delete({ priority: 100 })
  await nl.nexthop.delete({ id: 7 })
  await nl.qdisc.delete({ dev: 'b-peer', handle: '1:' })
  await nl.bridge.vni.delete({ dev: 'vx1', vni: 150, vniEnd: 160 })
  await nl.bridge.mdb.delete({ dev: 'vx0', group: '239.1.1.1', dst: '10.0.0.9' })
  const restored = netloom(['apply', file, '--netns', netns])
  assert.is(restored.status, 3, restored.stdout + restored.stderr)
  const after: Record<string, unknown[]> = JSON.parse(netloom(['capture-state', '--netns', netns]).stdout)
  const was: Record<string, unknown[]> = JSON.parse(stdout)
  const sorted = (list: readonly unknown[] = []) => list.map((each) => JSON.stringify(each)).sort()
  for (const list of Object.keys(was)) assert.equal(sorted(after[list]), sorted(was[list]), list)
})

inNetns(
  'capture-state has ports, flags and links in data, and its state makes the same in another namespace',
  async (nl, netns) => {
    await nl.link.add({ name: 'br0', kind: 'bridge', up: true, flags: { MULTICAST: false } })
    const port = { mode: 1, learning: 0, isolated: 1, cost: 77, priority: 5, unicastFlood: 0 }
    await nl.link.set('a', { master: 'br0' })
    await nl.link.set('a', { slaveKind: 'bridge', slaveData: port })
    await nl.link.set('b', { master: 'br0', flags: { NOARP: true, ALLMULTI: true } })
    await nl.link.set('b', { slaveKind: 'bridge', slaveData: { backupPort: 'a' } })
    await nl.link.set('b-peer', { flags: { PROMISC: true } })
    await nl.link.add({ name: 'vx0', kind: 'vxlan', link: 'a-peer', data: { id: 5, port: 4789 } })
    const capture = (path: string) => {
      const { status, stdout, stderr } = netloom(['capture-state', '--netns', path])
      assert.equal([status, stderr], [0, ''])
      return stdout
    }
    const text = capture(netns)
    const links: Record<string, unknown>[] = JSON.parse(text).links
    const named = (name: string) => links.find((each) => each.name === name) as Record<string, Record<string, unknown>>
    for (const [key, value] of Object.entries(port)) assert.is(named('a').slaveData?.[key], value, key)
    assert.is(named('b').slaveData?.backupPort, 'a')
    assert.equal(named('b').flags, { NOARP: true, ALLMULTI: true, MULTICAST: true })
    assert.equal([named('br0').flags?.MULTICAST, named('b-peer').flags?.PROMISC], [false, undefined])
    await inScratch(async ({ path }) => {
      const applied = netloom(['apply', '-', '--netns', path], text)
      assert.is(applied.status, 3, applied.stdout + applied.stderr)
      const byName = (state: string) => {
        const list: { name: string }[] = JSON.parse(state).links
        return list.sort((one, other) => one.name.localeCompare(other.name))
      }
      assert.equal(byName(capture(path)), byName(text))
    })
  },
)

test.run()
