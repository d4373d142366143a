import type { Desired, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import { stateOf } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'

/** In a guest, because this machine's kernel may lack prio and ets. */
const test = suiteNeeding('plans that change qdiscs, of which the kernel deletes others', 'netns')

type Any = never

const upper = (kind: string, options: object): Any => ({ dev: 'a', kind, handle: '1:', options }) as Any
const pfifo = (parent: string, handle: string, limit = 20): Any =>
  ({ dev: 'a', kind: 'pfifo', parent, handle, options: { limit } }) as Any

async function prepare(nl: Netlink, ...qdiscs: readonly Any[]): Promise<string[]> {
  await nl.link.add({ name: 'a', kind: 'veth', up: true, peer: { name: 'a-peer', up: true } })
  for (const each of qdiscs) await nl.qdisc.add(each)
  return stateOf(nl)
}

async function reset(nl: Netlink): Promise<void> {
  await nl.link.delete('a')
}

const handles = async (nl: Netlink) => (await nl.qdisc.list({ dev: 'a' })).flatMap(({ handle }) => handle ?? [])

/** Applies a state whose first step loses qdiscs, then undoes it, and lets a check fail. */
async function losesAndRestores(nl: Netlink, before: readonly string[], desired: Desired, after: readonly string[]) {
  const plan = await nl.plan(desired)
  assert.equal(plan.conflicts, [])
  await refuses('a lossy step', () => plan.apply(), 'ERR_NETLINK_PLAN_REFUSED', /allowLossy/)
  const applied = await plan.apply({ allowLossy: true })
  assert.equal((await handles(nl)).sort(), after)
  const again = await nl.plan(desired)
  assert.ok(again.isEmpty, String(again))
  assert.equal((await applied.undo()).left, [])
  assert.equal(await stateOf(nl), before)
  const failing = async () => (await nl.plan(desired)).apply({ allowLossy: true, checks: [() => false] })
  await refuses('a check', failing, 'ERR_NETLINK_NOT_APPLIED', / 0 left/)
  assert.equal(await stateOf(nl), before)
}

const banded = [
  // The map of prio must name no band that does not exist.
  ['prio', (bands: number) => upper('prio', { bands, priomap: new Array(16).fill(0) })],
  ['ets', (bands: number) => upper('ets', { bands, strict: bands })],
] as const

for (const [kind, withBands] of banded)
  inBothWays(test, `fewer bands of ${kind}`, async (nl) => {
    // With a tree in the last band.
    const tree = [withBands(4), pfifo('1:1', '10:'), pfifo('1:3', '30:')]
    const inner = { dev: 'a', kind: 'prio', parent: '1:4', handle: '40:', options: { bands: 3 } } as Any
    const before = await prepare(nl, ...tree, inner, pfifo('40:2', '42:'))
    const desired: Desired = { qdiscs: [withBands(2)] }
    const plan = await nl.plan(desired)
    const [step] = plan.steps
    assert.equal([plan.steps.length, step?.verb, step?.undo], [1, 'change', 'lossy'])
    assert.is(
      step?.disrupts,
      'pfifo 30: in 1:3, prio 40: in 1:4, pfifo 42: in 40:2: deleted, with queue, classes and filters',
    )
    await losesAndRestores(nl, before, desired, ['10:', '1:'])
    // One that is absent is deleted by the same step.
    const absent: Desired = { qdiscs: [withBands(3), { dev: 'a', parent: '1:4', absent: true }] }
    assert.is((await nl.plan(absent)).steps.length, 1)
    await losesAndRestores(nl, before, absent, ['10:', '1:', '30:'])
    // A desired one has no place.
    const { conflicts } = await nl.plan({ qdiscs: [withBands(2), pfifo('1:3', '30:')] })
    assert.equal(
      conflicts.map(({ type, path, message }) => `${type} ${path} ${message}`),
      [`reference qdiscs[1].parent expected a class from 1:1 to 1:2, one for each band of ${kind}, got 1:3`],
    )
    // More bands, and one in the new band, whichever is named first.
    const wider: Desired = { qdiscs: [pfifo('1:6', '60:'), withBands(6)] }
    const grown = await nl.plan(wider)
    assert.equal(
      grown.steps.map(({ verb, undo }) => `${verb} ${undo}`),
      ['change exact', 'add exact'],
      String(grown),
    )
    const applied = await grown.apply()
    assert.ok((await nl.plan(wider)).isEmpty)
    assert.equal((await applied.undo()).left, [])
    assert.equal(await stateOf(nl), before)
    await reset(nl)
  })

test.run()
