import { type ApplyError, type Desired, Netlink, type NotSettledError } from '@netloom/netlink'
import { Netns } from '@netloom/netlink/netns'
import * as assert from 'uvu/assert'
import { veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
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
const withOther = (name: string, use: (nl: Netlink, other: Netlink) => Promise<void>) =>
  test(name, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      using other = Netlink.open({ netns: path })
      await veths(nl)
      await use(nl, other)
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
