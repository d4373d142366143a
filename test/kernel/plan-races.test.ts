import { readFileSync, writeFileSync } from 'node:fs'
import { type ApplyError, type Desired, Netlink, type NotSettledError, undoApplied } from '@netloom/netlink'
import { Netns } from '@netloom/netlink/netns'
import * as assert from 'uvu/assert'
import { veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { killWatcher } from '../support/plan-call.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('plans: links and namespaces that another program changes during the steps', 'netns')

/** Applies a state, and calls a function after the first step. Returns the error. */
async function errorOf<E>(nl: Netlink, desired: Desired, meddle: () => void): Promise<E> {
  const plan = await nl.plan(desired)
  assert.equal(plan.conflicts, [], String(plan))
  const onStep = ({ id }: { readonly id: number }) => {
    if (id === 1) meddle()
  }
  return plan.apply({ onStep, settle: 0 }).then(
    () => assert.unreachable('expected an error'),
    (error: E) => error,
  ) as Promise<E>
}

/** Runs a test in a namespace with two pairs. `other` is the connection of another program. */
const withOther = (name: string, use: (nl: Netlink, other: Netlink, path: string) => Promise<void>) =>
  test(name, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      using other = Netlink.open({ netns: path })
      await veths(nl)
      await use(nl, other, path)
    }),
  )

const smaller: Desired = {
  links: [
    { name: 'a', mtu: 1400 },
    { name: 'b', mtu: 1400 },
  ],
}

const mtusOf = async (nl: Netlink) =>
  (await nl.link.list()).filter(({ name }) => !/peer|lo/.test(name)).map(({ name, mtu }) => `${name} ${mtu}`)

withOther('links that are renamed: the error names them, and the undo restores them', async (nl, other) => {
  const error = await errorOf<NotSettledError>(nl, smaller, () => {
    other.link.setSync('a', { name: 'x' })
    other.link.setSync('b', { name: 'y' })
  })
  assert.is(error.code, 'ERR_NETLINK_NOT_SETTLED')
  assert.match(error.message, /no link "a".*no link "b"/)
  const { undone, left } = error.applied.undoSync()
  assert.equal([undone.length, left], [2, []])
  assert.equal(await mtusOf(nl), ['x 1500', 'y 1500'])
})

withOther('a new link that is renamed is deleted by the undo', async (nl, other) => {
  const desired: Desired = {
    links: [
      { name: 'br0', kind: 'bridge' },
      { name: 'a', master: 'br0' },
    ],
  }
  const error = await errorOf<NotSettledError>(nl, desired, () => other.link.setSync('br0', { name: 'x' }))
  assert.match(error.message, /add link br0/)
  assert.equal(error.applied.undoSync().left, [])
  assert.equal(await mtusOf(nl), ['a 1500', 'b 1500'])
})

const bridge: Desired = { links: [{ name: 'br0', kind: 'bridge' }] }

/** Applies a state with `confirmWithin`, calls a function, and undoes the state from its journal, which the function may change. */
async function undoLater(nl: Netlink, netns: string, desired: Desired, meddle: (journal: string) => void) {
  const { journal = '' } = await (await nl.plan(desired)).apply({ confirmWithin: 600_000 })
  killWatcher(journal)
  meddle(`/run/netloom/${journal}.plan`)
  assert.equal(undoApplied(journal, { netns }).left, [])
}

withOther(
  'the undo from a journal leaves a link that has the name of a new one meanwhile',
  async (nl, other, netns) => {
    await undoLater(nl, netns, bridge, () => {
      other.link.setSync('br0', { name: 'x' })
      other.link.addSync({ name: 'br0', kind: 'bridge', mtu: 1300 })
    })
    assert.equal(await mtusOf(nl), ['a 1500', 'b 1500', 'br0 1300'])
    other.link.deleteSync('br0')
    // Another link may even have the index.
    await undoLater(nl, netns, bridge, () => {
      const { index } = other.link.getSync('br0') ?? {}
      other.link.deleteSync('br0')
      other.link.addSync({ name: 'br0', kind: 'veth', index, mtu: 1300, peer: { name: 'br0peer' } })
    })
    assert.equal(await mtusOf(nl), ['a 1500', 'b 1500', 'br0 1300'])
  },
)

withOther('the undo of a step that was never done leaves the link of another program', async (nl, other, netns) => {
  await undoLater(nl, netns, bridge, (journal) => {
    // As if the caller had been killed before the request.
    const lines = readFileSync(journal, 'utf8').split('\n')
    writeFileSync(journal, lines.filter((line) => !line.includes('isAmended')).join('\n'))
    other.link.deleteSync('br0')
    other.link.addSync({ name: 'br0', kind: 'veth', mtu: 1300, peer: { name: 'br0peer' } })
  })
  assert.equal(await mtusOf(nl), ['a 1500', 'b 1500', 'br0 1300'])
})

withOther('the undo leaves a next hop that has the id of a new one meanwhile', async (nl, other, netns) => {
  await nl.link.set('lo', { up: true })
  const desired: Desired = {
    nexthops: [
      { id: 7, dev: 'a' },
      { id: 8, blackhole: true },
    ],
    mark: 201,
  }
  const meddle = () => {
    for (const id of [7, 8]) other.nexthop.deleteSync({ id })
    other.nexthop.addSync({ id: 7, dev: 'b' })
    other.nexthop.addSync({ id: 8, dev: 'b' })
  }
  await undoLater(nl, netns, desired, meddle)
  assert.equal(
    (await nl.nexthop.list()).map(({ id }) => id),
    [7, 8],
  )
  for (const id of [7, 8]) other.nexthop.deleteSync({ id })
  await undoLater(nl, netns, desired, () => {})
  assert.equal(await nl.nexthop.list(), [])
})

withOther('a link that is deleted: the step that needs it fails, and what is left is named', async (nl, other) => {
  const error = await errorOf<ApplyError>(nl, smaller, () => other.link.deleteSync('b'))
  assert.is(error.code, 'ERR_NETLINK_NOT_APPLIED')
  assert.match(error.message, /^step 2, change link b: .*no such device.*; 1 done, 1 undone/)
  assert.equal(await mtusOf(nl), ['a 1500'])
})

withOther('a namespace that is deleted before a link moves there', async (nl) => {
  const netns = Netns.create(`netloom-${process.pid}-races`)
  const desired: Desired = {
    links: [
      { name: 'br0', kind: 'bridge' },
      { name: 'c', kind: 'veth', peer: { name: 'd', netns: netns.path } },
    ],
  }
  const error = await errorOf<ApplyError>(nl, desired, () => Netns.delete(netns.name))
  assert.match(error.message, new RegExp(`^step 2, add link c: .*${netns.name}.*; 1 done, 1 undone, 0 left`))
  assert.equal(await mtusOf(nl), ['a 1500', 'b 1500'])
})

withOther('a namespace whose name is deleted during the steps lives as long as the connection', async () => {
  const netns = Netns.create(`netloom-${process.pid}-named`)
  using nl = Netlink.open({ netns: netns.path })
  const desired: Desired = {
    links: [
      { name: 'br0', kind: 'bridge' },
      { name: 'c', kind: 'veth', master: 'br0', peer: { name: 'd' } },
    ],
  }
  await (await nl.plan(desired)).apply({ onStep: ({ id }) => void (id === 1 && Netns.delete(netns.name)) })
  assert.ok((await nl.plan(desired)).isEmpty)
})

test.run()
