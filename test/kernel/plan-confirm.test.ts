import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, renameSync, statSync } from 'node:fs'
import { confirmApplied, type Desired, Netlink } from '@netloom/netlink'
import { mockKernel } from '@netloom/netlink/testing'
import * as assert from 'uvu/assert'
import { refuses, veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { stateOf } from '../support/plan.js'
import { kill, lineOf, startCaller } from '../support/plan-call.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

const test = suiteNeeding('plans: changes that must be confirmed', 'netns')

const desired: Desired = {
  links: [
    { name: 'br0', kind: 'bridge', up: true },
    { name: 'a', master: 'br0', mtu: 1400 },
  ],
  addresses: [{ address: '10.0.0.1/24', dev: 'br0' }],
  routes: [{ dst: '10.1.0.0/16', via: '10.0.0.9' }],
  rules: [{ priority: 100, from: '10.0.0.0/8', table: 9 }],
}
/** Milliseconds, so many that no test reaches them. */
const LONG = 600_000

const inNetns = (name: string, use: (nl: Netlink, path: string) => Promise<void>) =>
  test(name, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      await veths(nl)
      await use(nl, path)
    }),
  )

/** True if a process waits for the confirmation of a change. */
const isWatched = (journal: string) => spawnSync('pgrep', ['-f', `watcher.*${journal}`]).status === 0

const isUndone = (nl: Netlink, before: readonly string[]) =>
  until('the change to be undone', async () => JSON.stringify(await stateOf(nl)) === JSON.stringify(before))

inNetns('a change is kept when it is confirmed', async (nl) => {
  const applied = await (await nl.plan(desired)).apply({ confirmWithin: LONG })
  const path = `/run/netloom/${applied.journal}.plan`
  assert.is(statSync(path).mode & 0o777, 0o600)
  assert.is(statSync('/run/netloom').mode & 0o777, 0o700)
  assert.match(
    readFileSync(path, 'utf8'),
    /^\{"version":3,"pid":\d+,"netns":\{"inode":\d+,"cookie":"\d+"\},"since":"20[\d-]+T[\d:.]+Z","confirmWithin":600000\}\n\{"watcher":\d+\}\n\{"step":\{"id":1,"verb":"add","object":"link","key":"br0"\},"undo":/,
  )
  await applied.confirm()
  assert.not(existsSync(path))
  assert.ok((await nl.plan(desired)).isEmpty)
  await applied.confirm()
})

inNetns('a change that is not confirmed in time is undone', async (nl) => {
  const before = await stateOf(nl)
  const applied = await (await nl.plan(desired)).apply({ confirmWithin: 1000 })
  await isUndone(nl, before)
  await until('the journal to be deleted', () => !existsSync(`/run/netloom/${applied.journal}.plan.undoing`))
  await refuses('confirmation', () => applied.confirm(), 'ERR_NETLINK_NOT_CONFIRMED', /it was undone/)
})

inNetns('undo() ends the other process', async (nl) => {
  const before = await stateOf(nl)
  const applied = await (await nl.plan(desired)).apply({ confirmWithin: LONG })
  assert.equal((await applied.undo()).left, [])
  assert.equal(await stateOf(nl), before)
  assert.not(existsSync(`/run/netloom/${applied.journal}.plan`))
})

inNetns('a failure is undone at once, and no journal is left', async (nl) => {
  const before = await stateOf(nl)
  // The kernel does not look for gateways in table 51.
  const elsewhere = { dst: '192.0.2.0/24', dev: 'br0', table: 51 }
  const plan = await nl.plan({ ...desired, routes: [elsewhere, { dst: '10.1.0.0/16', via: '192.0.2.1' }] })
  await refuses('a route without a way', () => plan.apply({ confirmWithin: LONG }), 'ERR_NETLINK_NOT_APPLIED', /0 left/)
  assert.equal(await stateOf(nl), before)
})

inNetns('a change whose caller is killed after it is undone when the time is over', async (nl, path) => {
  const before = await stateOf(nl)
  const caller = startCaller(path, desired, 2000)
  await lineOf(caller)
  caller.kill('SIGKILL')
  await isUndone(nl, before)
})

inNetns('another process can confirm after the caller was killed', async (nl, path) => {
  const caller = startCaller(path, desired, LONG)
  const journal = await lineOf(caller)
  await kill(caller)
  confirmApplied(journal)
  assert.ok((await nl.plan(desired)).isEmpty)
  assert.throws(
    () => confirmApplied(journal),
    (error: { code: string }) => error.code === 'ERR_NETLINK_NOT_CONFIRMED',
  )
  await until('the process that would undo it to end', () => !isWatched(journal))
})

inNetns('a change that another process confirms while the caller lives leaves no process', async (nl) => {
  const { journal = '' } = await (await nl.plan(desired)).apply({ confirmWithin: LONG })
  assert.ok(isWatched(journal))
  confirmApplied(journal)
  await until('the process that would undo it to end', () => !isWatched(journal))
})

inNetns('a caller that is killed when it has claimed the steps is undone at once', async (nl, path) => {
  const before = await stateOf(nl)
  const caller = startCaller(path, desired, LONG)
  const file = `/run/netloom/${await lineOf(caller)}.plan`
  renameSync(file, `${file}.caller`)
  caller.kill('SIGKILL')
  await isUndone(nl, before)
})

for (const step of [1, 3, 6])
  inNetns(`a caller that is killed before step ${step + 1} is undone at once`, async (nl, path) => {
    const before = await stateOf(nl)
    // The first check of the signal is before the plan is built again.
    const caller = startCaller(path, desired, LONG, step + 1)
    const [, signal] = await once(caller, 'exit')
    assert.is(signal, 'SIGKILL')
    await isUndone(nl, before)
  })

inNetns('the name of a journal is checked', async () => {
  for (const name of ['', '../x', 'ABCDEF0123456789', 7])
    assert.throws(() => confirmApplied(name as string), /16 hexadecimal digits/)
})

test('a mock kernel has no other process', async () => {
  using nl = Netlink.open({ socketFactory: mockKernel() })
  const plan = await nl.plan({ links: [{ name: 'br0', kind: 'bridge' }] })
  await refuses('confirmWithin', () => plan.apply({ confirmWithin: LONG }), 'ERR_NETLINK_ARGUMENT', /socketFactory/)
  await plan.apply()
  assert.ok((await nl.plan({ links: [{ name: 'br0', kind: 'bridge' }] })).isEmpty)
})

test.run()
