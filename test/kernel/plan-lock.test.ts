import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  confirmApplied,
  type Desired,
  Netlink,
  type PlanBusyError,
  type UnwatchedChangeError,
  undoApplied,
} from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { refuses, veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { stateOf } from '../support/plan.js'
import { kill, killAtOnce, killWatcher, lineOf, startCaller, watcherOf } from '../support/plan-call.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

/** Tests that one process at a time changes a namespace, and what is left of those that are killed. */
const test = suiteNeeding('plans: the lock of a namespace, and changes that no process undoes', 'netns')

const desired: Desired = {
  links: [{ name: 'a', mtu: 1400 }],
  addresses: [{ address: '10.0.0.1/24', dev: 'a' }],
  routes: [{ dst: '10.1.0.0/16', via: '10.0.0.9' }],
}
const other: Desired = { links: [{ name: 'b', mtu: 1300 }] }
/** Milliseconds, so many that no test reaches them. */
const LONG = 600_000
const [BUSY, UNWATCHED] = ['ERR_NETLINK_PLAN_BUSY', 'ERR_NETLINK_UNWATCHED_CHANGE']

const inNetns = (name: string, use: (nl: Netlink, path: string) => Promise<void>) =>
  test(name, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      await veths(nl)
      await use(nl, path)
      assert.not(existsSync(`/run/netloom/netns-${statSync(path).ino}.lock`), 'a lock is left')
    }),
  )

async function errorOf<E extends Error>(call: () => unknown): Promise<E> {
  try {
    await call()
  } catch (error) {
    return error as E
  }
  throw new Error('expected an error, got none')
}

const netloom = (...args: readonly string[]) =>
  spawnSync(
    process.execPath,
    [fileURLToPath(new URL('../../packages/netlink/bundle/cli/main.js', import.meta.url)), ...args],
    { encoding: 'utf8', input: JSON.stringify(other) },
  )

/** Applies a change, and kills both processes that could undo it. Returns its journal. */
async function orphaned(path: string): Promise<string> {
  const caller = startCaller(path, desired, LONG)
  const journal = await lineOf(caller)
  killWatcher(journal)
  await kill(caller)
  return journal
}

inNetns('a change within another one is refused, in both forms, and then possible', async (nl) => {
  const inner = await nl.plan(other)
  const check = async () => {
    for (const apply of [() => inner.apply(), () => inner.applySync()]) {
      const error = await errorOf<PlanBusyError>(apply)
      assert.is(error.code, BUSY)
      assert.is(error.pid, process.pid)
    }
  }
  const applied = await (await nl.plan(desired)).apply({ checks: [check] })
  const again = await (await nl.plan(other)).apply({
    checks: [async () => refuses('undo', () => applied.undo(), BUSY)],
  })
  assert.equal((await applied.undo()).left, [])
  assert.equal((await again.undo()).left, [])
})

inNetns('a change that waits for its confirmation refuses others, and names itself', async (nl, path) => {
  const caller = startCaller(path, desired, LONG)
  const journal = await lineOf(caller)
  const plan = await nl.plan(other)
  const pid = Number(/\{"watcher":(\d+)\}/.exec(readFileSync(`/run/netloom/${journal}.plan`, 'utf8'))?.[1])
  for (const killed of [false, true]) {
    if (killed) await kill(caller)
    const error = await errorOf<PlanBusyError>(() => plan.apply())
    assert.equal([error.code, error.journal, error.pid], [BUSY, journal, pid])
    await refuses('undo', () => undoApplied(journal, { netns: path }), BUSY, new RegExp(journal))
  }
  const { status, stderr } = netloom('apply', '-', '--netns', path)
  assert.is(status, 4)
  assert.match(stderr, new RegExp(`process ${pid}, for the change ${journal}`))
  confirmApplied(journal)
  assert.is((await plan.apply()).done.length, 1)
})

inNetns('another namespace is not locked', async (nl) => {
  const applied = await (await nl.plan(desired)).apply({ confirmWithin: LONG })
  await inScratch(async ({ path }) => {
    using elsewhere = Netlink.open({ netns: path })
    await (await elsewhere.plan({ links: [{ name: 'lo', up: true }] })).apply()
  })
  await applied.confirm()
})

inNetns('a change that no process undoes is reported by all, and can be undone', async (nl, path) => {
  const before = await stateOf(nl)
  const earlier = await nl.plan(other)
  const journal = await orphaned(path)
  const after = await stateOf(nl)
  const calls = [() => nl.plan(other), () => nl.planSync(other), () => earlier.apply(), () => earlier.applySync()]
  for (const call of [...calls, () => confirmApplied(journal)]) {
    const error = await errorOf<UnwatchedChangeError>(call)
    assert.is(error.code, UNWATCHED, error.message)
    assert.is(error.path, `/run/netloom/${journal}.plan`)
    assert.ok(Math.abs(Date.parse(error.since) - Date.now()) < LONG)
    assert.match(error.message, new RegExp(`netloom undo ${journal} .*netloom confirm --unwatched ${journal} `))
  }
  for (const command of ['plan', 'apply']) assert.is(netloom(command, '-', '--netns', path).status, 4)
  assert.is(netloom('confirm', journal).status, 4)
  assert.equal(await stateOf(nl), after)
  await refuses('another namespace', () => undoApplied(journal), 'TypeError', /expected the network namespace .*net:\[/)
  const { status, stdout } = netloom('undo', journal, '--netns', path)
  assert.match(stdout, /^ ↶ add route 10.1.0.0\/16 .*\n ↶ add address .*\n ↶ change link a\n3 undone, 0 left\n$/)
  assert.is(status, 0)
  assert.equal(await stateOf(nl), before)
  assert.is(netloom('undo', journal, '--netns', path).status, 4)
  await earlier.apply()
})

inNetns('a change that no process undoes can be kept, if the caller says so', async (nl, path) => {
  const journal = await orphaned(path)
  assert.is(netloom('confirm', '--unwatched', journal).status, 0)
  assert.ok((await nl.plan(desired)).isEmpty)
})

inNetns('a caller does not confirm silently if the other process was killed, and can undo', async (nl) => {
  const before = await stateOf(nl)
  const applied = await (await nl.plan(desired)).apply({ confirmWithin: LONG })
  killWatcher(String(applied.journal))
  await refuses('confirm', () => applied.confirm(), UNWATCHED, /has ended before it was confirmed or undone/)
  await refuses('plan', () => nl.plan(other), UNWATCHED)
  assert.equal((await applied.undo()).left, [])
  assert.equal(await stateOf(nl), before)
  assert.is((await nl.plan(other)).steps.length, 1)
})

inNetns(
  'a process that is killed while it undoes a change is reported, and the rest can be undone',
  async (nl, path) => {
    const before = await stateOf(nl)
    const routes = Array.from({ length: 400 }, (_, at) => ({ dst: `10.2.${at >> 8}.${at & 255}`, dev: 'a' }))
    /** Returns the journal of a change whose undo was interrupted; undefined if it was complete before, on a busy machine. */
    const interrupted = async (): Promise<string | undefined> => {
      const caller = startCaller(path, { routes }, LONG)
      const journal = await lineOf(caller)
      const watcher = watcherOf(journal)
      const files = () => readdirSync('/run/netloom').filter((name) => name.startsWith(journal))
      const isUndoing = () => files().includes(`${journal}.plan.undoing`)
      // The caller has claimed the steps, so the other process undoes them when it ends.
      renameSync(`/run/netloom/${journal}.plan`, `/run/netloom/${journal}.plan.caller`)
      caller.kill('SIGKILL')
      while (!isUndoing() && files().length > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
      killAtOnce(watcher)
      await until('the caller to end', () => caller.signalCode !== null)
      return isUndoing() ? journal : undefined
    }
    let journal: string | undefined
    for (let attempt = 0; attempt < 10 && journal === undefined; attempt++) journal = await interrupted()
    assert.ok(journal !== undefined, 'expected one of ten undos to be interrupted')
    if (journal === undefined) return
    await refuses('plan', () => nl.plan(other), UNWATCHED, /\.plan\.undoing of/)
    assert.equal(undoApplied(journal, { netns: path }).left, [])
    assert.equal(await stateOf(nl), before)
    assert.is((await (await nl.plan(other)).apply()).done.length, 1)
  },
)

for (const step of [1, 2])
  inNetns(`processes that are killed before step ${step + 1} leave no lock that blocks others`, async (nl, path) => {
    const before = await stateOf(nl)
    const caller = startCaller(path, desired, LONG, step + 1)
    await until('the caller to end', () => caller.signalCode !== null || caller.exitCode !== null)
    // The other process undoes the steps as soon as it has noticed that.
    const plan = await until('the lock to be free', () => nl.plan(other))
    await until('the change to be undone', async () => JSON.stringify(await stateOf(nl)) === JSON.stringify(before))
    await until('the other process to end', () => plan.apply().catch(({ code }) => assert.is(code, BUSY)))
  })

test.run()
