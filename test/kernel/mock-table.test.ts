import { readFileSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Connection } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch, skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { PATIENCE } from '../support/until.js'
import {
  type Case,
  difference,
  isOther,
  type Other,
  type Outcome,
  play,
  type Settle,
  type TableStep,
} from '../testing/play.js'
import { cases } from '../testing/table.js'

// Compares the kernel with test/testing/table.json. The mock is compared with the same file, without privileges.
const test = suiteNeeding('mock kernel table: the kernel', 'netns')

/** Returns major and minor version: `6.18` for `6.18.5`. */
const versionOf = (kernel: string) => kernel.split('.').slice(0, 2).join('.')

const file = fileURLToPath(new URL('../testing/table.json', import.meta.url))

/** True if the file is to be recorded from this kernel. */
const isRecording = process.env.NETLOOM_RECORD_TABLE !== undefined

/** Waits until no notification arrives for longer than the kernel takes to follow a carrier change (one second). */
async function quiet(_: number, count: () => number): Promise<void> {
  for (let before = -1; before !== count(); ) {
    before = count()
    await sleep(1500)
  }
}

/**
 * True if a step can change carriers. The kernel follows them within a second, and does not announce it for links that are down.
 */
function mayChangeCarriers(step: TableStep | undefined): boolean {
  if (step === undefined || 'dump' in step || isOther(step)) return false
  const { change, attrs = {} } = (step[1] ?? {}) as { change?: number; attrs?: object }
  return step[0] === 'RTM_DELLINK' || change !== undefined || 'linkinfo' in attrs || 'master' in attrs
}

/** Waits until as many notifications have arrived as the table contains. */
const asManyAs =
  ({ steps }: Case, expected: readonly Outcome[]): Settle =>
  async (index, count) => {
    const until = performance.now() + PATIENCE
    while (count() < (expected[index]?.events.length ?? 0) && performance.now() < until) await sleep(5)
    if (mayChangeCarriers(steps[index]) && expected[index]?.error === undefined) await sleep(1200)
  }

const playReal = (each: Case, settle: Settle) =>
  inScratch(async (namespace) => {
    // The mock has no duplicate address detection.
    for (const which of ['all', 'default', 'lo'])
      namespace.exec('sh', ['-c', `echo 0 > /proc/sys/net/ipv6/conf/${which}/accept_dad`])
    // Seconds until expired routes are deleted. The mock deletes them at once.
    namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/route/gc_interval'])
    using netlink = Connection.open({ netns: namespace.path })
    const other: Other = async (step) => {
      if ('wait' in step) return await sleep((step.kernel ?? step.wait) * 1000)
      for (const link of step.links)
        for (const family of ['ipv4', 'ipv6'])
          namespace.exec('sh', [
            '-c',
            // Otherwise a neighbour that was used in the last seconds is probed.
            `cd /proc/sys/net/${family}/neigh/${link} && echo ${step.reachable * 1000} > base_reachable_time_ms && echo 0 > delay_first_probe_time`,
          ])
    }
    return await play(netlink, each, settle, other)
  })

if (isRecording) {
  test('the table is recorded', async () => {
    const played = await Promise.all(cases.map(async (each) => [each.name, await playReal(each, quiet)] as const))
    const lines = played.map(([name, outcomes]) => {
      const each = outcomes.map((outcome) => `    ${JSON.stringify(outcome)}`)
      return `  ${JSON.stringify(name)}: [\n${each.join(',\n')}\n  ]`
    })
    writeFileSync(file, `{\n  "kernel": ${JSON.stringify(release())},\n${lines.join(',\n')}\n}\n`)
  })
} else {
  const table = JSON.parse(readFileSync(file, 'utf8'))
  const isSameVersion = versionOf(table.kernel) === versionOf(release())
  // Messages, attributes and the order of dumps depend on the kernel version.
  if (!isSameVersion) skipped(`the table was recorded on Linux ${table.kernel}, this is ${release()}`)
  let played: Promise<Outcome[] | Error>[] = []
  test.before(() => {
    // In parallel, because most of the time is spent waiting.
    const play = (each: Case) => playReal(each, asManyAs(each, table[each.name])).catch((error: Error) => error)
    if (isSameVersion) played = cases.map(play)
  })
  for (const [index, each] of cases.entries()) {
    test(each.name, async () => {
      const got = await played[index]
      if (got instanceof Error) throw got
      if (got) assert.is(difference(each, got, table[each.name]), undefined)
    })
  }
}

test.run()
