import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { type Applied, confirmApplied, type Desired, Netlink, NotSettledError, type PlanCheck } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { refuses, veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { stateOf } from '../support/plan.js'
import { killWatcher } from '../support/plan-call.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

/** Tests what happens if both processes, or none, could undo a change, or confirm it. */
const test = suiteNeeding('plans: races of the processes of a confirmation', 'netns')

const address = { address: '10.0.0.1/24', dev: 'a' }
const desired: Desired = { addresses: [address], routes: [{ dst: '10.1.0.0/16', via: '10.0.0.9' }] }
/** Milliseconds, so many that no test reaches them. */
const LONG = 600_000

const inNetns = (name: string, use: (nl: Netlink) => Promise<void>) =>
  test(name, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      await veths(nl)
      nl.link.setSync('a', { up: true })
      nl.link.setSync('b', { up: true })
      await use(nl)
    }),
  )

const applied = async (nl: Netlink, confirmWithin: number, ...checks: PlanCheck[]) =>
  (await nl.plan(desired)).apply({ confirmWithin, checks })

/** Applies a change whose time is over at once: perhaps even before the state is compared with the desired one. */
async function overdue(nl: Netlink): Promise<Applied> {
  try {
    return await applied(nl, 1)
  } catch (error) {
    if (error instanceof NotSettledError) return error.applied as Applied
    throw error
  }
}

const isDone = async (nl: Netlink) => (await nl.plan(desired)).isEmpty

/** Number of open files with this name. */
const openFiles = (name: string) =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).includes(name)
    } catch {
      return false
    }
  }).length

const leaveNothing = ({ journal }: Pick<Applied, 'journal'>) =>
  until('no file of the change', () => !readdirSync('/run/netloom').some((file) => file.startsWith(String(journal))))

inNetns('a change that was undone in time leaves no descriptor', async (nl) => {
  const change = await overdue(nl)
  await leaveNothing(change)
  await until('its file to be closed', () => openFiles(String(change.journal)) === 0)
  await refuses('confirm', () => change.confirm(), 'ERR_NETLINK_NOT_CONFIRMED', /but it was undone before/)
})

inNetns('a change is not confirmed after it was undone', async (nl) => {
  const change = await applied(nl, LONG)
  await change.undo()
  await refuses('confirm', () => change.confirm(), 'ERR_NETLINK_NOT_CONFIRMED', /undo\(\) was called before/)
  await leaveNothing(change)
  assert.is(openFiles(String(change.journal)), 0)
})

inNetns('a change that another process has confirmed is not undone', async (nl) => {
  const change = await applied(nl, LONG)
  confirmApplied(String(change.journal))
  assert.equal(await change.undo(), { undone: [], left: [] })
  assert.ok(await isDone(nl))
  await change.confirm()
})

inNetns('a second confirmation says that the change was confirmed', async (nl) => {
  const change = await applied(nl, LONG)
  confirmApplied(String(change.journal))
  await refuses('confirm', () => change.confirm(), 'ERR_NETLINK_NOT_CONFIRMED', /but it was confirmed before/)
})

inNetns('undo() does nothing after the time, so that what others have added since stays', async (nl) => {
  const change = await overdue(nl)
  await leaveNothing(change)
  nl.address.addSync(address)
  assert.equal(await change.undo(), { undone: [], left: [] })
  assert.is(nl.address.listSync({ dev: 'a', family: 'inet' }).length, 1)
})

inNetns('a check that fails after the time undoes nothing a second time', async (nl) => {
  const check = async () => {
    await until('the time to be over', async () => nl.address.listSync({ dev: 'a', family: 'inet' }).length === 0)
    nl.address.addSync(address)
    return false
  }
  await refuses('apply', () => applied(nl, 2000, check), 'ERR_NETLINK_NOT_APPLIED', /2 done, 2 undone, 0 left/)
  assert.is(nl.address.listSync({ dev: 'a', family: 'inet' }).length, 1)
})

inNetns('a check that fails after another process has confirmed leaves the steps', async (nl) => {
  const check = () => {
    for (const file of readdirSync('/run/netloom'))
      if (openFiles(file) === 1 && file.endsWith('.plan')) confirmApplied(file.slice(0, 16))
    return false
  }
  await refuses('apply', () => applied(nl, LONG, check), 'ERR_NETLINK_NOT_APPLIED', /2 done, 0 undone, 2 left/)
  assert.ok(await isDone(nl))
})

for (const step of [1, 2])
  inNetns(`steps are undone if the other process ends before step ${step}`, async (nl) => {
    const before = await stateOf(nl)
    const plan = await nl.plan(desired)
    const { signal } = new AbortController()
    let calls = 0
    let killed = ''
    // It is called at the beginning and before each step.
    signal.throwIfAborted = () => {
      if (calls++ !== step) return
      killed = readdirSync('/run/netloom').find((file) => file.endsWith('.plan') && openFiles(file) === 1) ?? ''
      killWatcher(killed.slice(0, 16))
    }
    const apply = () => plan.apply({ confirmWithin: LONG, signal })
    await refuses('apply', apply, 'ERR_NETLINK_NOT_APPLIED', /process that undoes a change has ended.*0 left/)
    assert.equal(await stateOf(nl), before)
    assert.not(existsSync(`/run/netloom/${killed}`))
  })

inNetns('a program that does not exist is an error, and nothing is done', async (nl) => {
  const before = await stateOf(nl)
  const plan = await nl.plan(desired)
  const { execPath } = process
  process.execPath = '/nonexistent/node'
  try {
    await refuses('apply', () => plan.apply({ confirmWithin: LONG }), 'ECHILD', /\/nonexistent\/node ENOENT/)
  } finally {
    process.execPath = execPath
  }
  assert.equal(await stateOf(nl), before)
  assert.is(openFiles('/run/netloom/'), 0)
})

inNetns('NODE_OPTIONS of the caller do not reach the other process', async (nl) => {
  const { NODE_OPTIONS = '' } = process.env
  process.env.NODE_OPTIONS = '--require /nonexistent.cjs'
  try {
    await (await applied(nl, LONG)).confirm()
  } finally {
    process.env.NODE_OPTIONS = NODE_OPTIONS
  }
  assert.ok(await isDone(nl))
})

test.run()
