import { type Desired, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { reaches, shortOf, stateOf } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'

/** In a guest, because most machines' kernels have no bonds. */
const test = suiteNeeding('plans of bonds', 'netns')

const end = (name: string) => ({ name, kind: 'veth', up: true, peer: { name: `${name}-peer`, up: true } }) as const

const bonded: Desired = {
  links: [
    { name: 'bond0', kind: 'bond', up: true, data: { mode: 'active-backup', miimon: 100, activeSlave: 'b' } },
    { ...end('a'), master: 'bond0' },
    { ...end('b'), master: 'bond0' },
    end('c'),
  ],
}

/** Runs a function in a namespace with the bond. */
const withBond = (use: (nl: Netlink) => Promise<void>) =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await reaches(nl, bonded)
    await use(nl)
  })

/** Checks that a state is reached, and that the undo leads to the one before. */
async function isReversible(nl: Netlink, desired: Desired): Promise<void> {
  const before = await stateOf(nl)
  const plan = await nl.plan(desired)
  assert.equal(plan.conflicts, [], String(plan))
  const applied = await plan.apply({ allowLossy: true })
  assert.ok((await nl.plan(desired)).isEmpty, String(await nl.plan(desired)))
  assert.equal((await applied.undo()).left, [])
  assert.equal(await stateOf(nl), before)
}

test('a new bond has its active port', () =>
  withBond(async (nl) => {
    const data = (await nl.link.get('bond0'))?.data as { readonly activeSlave?: number }
    assert.is(data.activeSlave, (await nl.link.get('b'))?.index)
  }))

test('the mode changes between the ports that leave and those that join; ports that leave stay up', () =>
  withBond(async (nl) => {
    const desired: Desired = {
      links: [
        { name: 'bond0', kind: 'bond', data: { mode: 'balance-rr' } },
        { name: 'a', master: 0, up: true },
        { name: 'b', master: 0, up: true },
        { name: 'c', master: 'bond0', up: true },
      ],
    }
    assert.equal(shortOf(await nl.plan(desired)), [
      ...['change link a: master', 'change link b: master', 'change link bond0: data.mode', 'change link c: master'],
    ])
    await isReversible(nl, desired)
  }))

test('the mode does not change while ports stay, which the plan reports', () =>
  withBond(async (nl) => {
    const { conflicts } = await nl.plan({ links: [{ name: 'bond0', kind: 'bond', data: { mode: 'balance-rr' } }] })
    assert.equal(
      conflicts.map(({ type, path }) => `${type} ${path}`),
      ['in-use links[0].data.mode'],
    )
    const refusal = await nl.link.set('bond0', { up: false, kind: 'bond', data: { mode: 'balance-rr' } }).catch(String)
    assert.match(String(refusal), /ENOTEMPTY/)
  }))

test('a bond is removed, and restored with its ports and the active one', () =>
  withBond((nl) =>
    isReversible(nl, {
      links: [
        { name: 'bond0', absent: true },
        { name: 'a', up: true },
      ],
    }),
  ))

for (const mode of ['balance-rr', 'active-backup', 'balance-xor', 'broadcast', '802.3ad', 'balance-tlb', 'balance-alb'])
  test(`a bond of mode ${mode} that was read can be created again`, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      for (const monitor of [{ miimon: 100 }, ...(/^(802|balance-[ta]lb)/.test(mode) ? [] : [{ arpInterval: 200 }])]) {
        await nl.link.add({ name: 'bond0', kind: 'bond', data: { mode, ...monitor } as never })
        const bond = await nl.link.get('bond0')
        assert.ok(bond)
        await nl.link.delete('bond0')
        await nl.link.add(bond as never)
        assert.equal((await nl.link.get('bond0'))?.data, bond.data)
        await nl.link.delete('bond0')
      }
    }))

test.run()
