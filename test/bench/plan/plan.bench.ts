import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Desired, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../../support/netns.js'
import { type Contender, compare, printRemark } from '../../support/rounds.js'
import { addUplink, batchFile, device } from '../connection/routes.js'
import { addLinks, COUNT, contender, cpuOf, dumps, routes, state, timeOf } from './scene.js'

// Plans of many objects, relative to the dumps of the same objects into the library's objects. Their CPU time contains that of the kernel.
// The steps of a plan, relative to the same changes by `ip -batch`.

const count = (number: number) => number.toLocaleString('en')

/** Plans a state of objects that exist, next to one whose objects do not exist. */
async function compareWithDumps(namespace: Namespace): Promise<void> {
  addLinks(namespace)
  using nl = Netlink.open({ netns: namespace.path })
  const { links, ...objects } = state()
  const without = cpuOfPlan(nl, objects)
  nl.planSync(objects).applySync()
  const desired: Desired = { ...(links && { links }), ...objects }
  assert.ok(nl.planSync(desired).isEmpty)
  const [dumping, planning] = ['the dumps', 'planSync()']
  await compare(
    { name: `${count(COUNT)} objects that are as wanted: CPU time`, units: [COUNT, 'objects'] },
    [contender(dumping, () => dumps(nl)), contender(planning, () => nl.planSync(desired))],
    [{ of: planning, against: dumping, timeAtMost: 3 }],
  )
  printRemark(`planSync() of ${count(COUNT - 500)} new ones, first call: ${without.toFixed(0)} ms`)
}

function cpuOfPlan(nl: Netlink, desired: Desired): number {
  return cpuOf(() => assert.is(nl.planSync(desired).conflicts.length, 0))
}

/** Plans routes that do not exist, and ten times as many: the time of one must not grow. */
async function compareSizes(nl: Netlink): Promise<void> {
  const [few, many] = [routes(10_000), routes(100_000)]
  const planOf = (list: typeof few) => () => assert.is(nl.planSync({ routes: list }).steps.length, list.length)
  const [small, large] = ['10,000, ten times', '100,000']
  await compare(
    { name: 'new routes, planned: CPU time', units: [100_000, 'routes'], rounds: 5 },
    [contender(small, () => Array.from({ length: 10 }, planOf(few))), contender(large, planOf(many))],
    [{ of: large, against: small, timeAtMost: 2 }],
  )
  printRemark(`peak memory of the process: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`)
}

const STEPS = 1000

/** Applies a plan of new routes, next to `ip -batch`. */
async function compareApply(namespace: Namespace, nl: Netlink): Promise<void> {
  const wanted = { routes: routes(STEPS) }
  const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'))
  const flush = () => nl.route.flushSync({ dev: device, protocol: 'boot' })
  const wall = new Map<string, number[]>()
  const noted = (name: string, milliseconds: number) => wall.set(name, [...(wall.get(name) ?? []), milliseconds])
  try {
    const lines = wanted.routes.map((route) => `route add ${'dst' in route ? route.dst : ''} dev ${device}`)
    const file = batchFile(folder, 'routes', lines)
    const [batch, applying] = ['ip -batch, a process', 'applySync()']
    const contenders: Contender[] = [
      {
        name: batch,
        round() {
          const time = timeOf(namespace, `ip -batch ${file}`)
          noted(batch, time.wall)
          flush()
          return time.cpu
        },
      },
      {
        name: applying,
        round() {
          const plan = nl.planSync(wanted)
          const start = performance.now()
          const cpu = cpuOf(() => assert.is(plan.applySync().done.length, STEPS))
          noted(applying, performance.now() - start)
          flush()
          return cpu
        },
      },
    ]
    await compare({ name: `${count(STEPS)} new routes, applied: CPU time`, units: [STEPS, 'routes'] }, contenders, [
      { of: applying, against: batch, timeAtMost: 12 },
    ])
    for (const [name, times] of wall)
      printRemark(`${name}: ${times.sort((one, other) => one - other)[times.length >> 1]?.toFixed(1)} ms by the clock`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

await inScratch(async (namespace) => {
  addUplink(namespace)
  await compareWithDumps(namespace)
})
await inScratch(async (namespace) => {
  addUplink(namespace)
  using nl = Netlink.open({ netns: namespace.path })
  await compareApply(namespace, nl)
  await compareSizes(nl)
})
