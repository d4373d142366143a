import { readFileSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Connection } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch, skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { PATIENCE } from '../support/until.js'
import { type Case, difference, type Outcome, play, type Settle, type TableStep } from '../testing/play.js'
import { cases } from '../testing/table.js'

/** The kernel does what test/testing/table.json says, which the mock is held to without privileges. */
const test = suiteNeeding('the table of the mock kernel, by the kernel', 'netns')

/** `6.18` of `6.18.5` */
const versionOf = (kernel: string) => kernel.split('.').slice(0, 2).join('.')

const file = fileURLToPath(new URL('../testing/table.json', import.meta.url))

/** With this set the file is written anew, from what this kernel does. */
const isRecording = process.env.NETLOOM_RECORD_TABLE !== undefined

/** Until nothing more is told for longer than the kernel takes to follow a carrier (a second). */
async function quiet(_: number, told: () => number): Promise<void> {
  for (let before = -1; before !== told(); ) {
    before = told()
    await sleep(1500)
  }
}

/** Whether a step may change carriers, which the kernel follows within a second, of links that are down without a word. */
function mayChangeCarriers(step: TableStep | undefined): boolean {
  if (step === undefined || 'dump' in step) return false
  const { change, attrs = {} } = (step[1] ?? {}) as { change?: number; attrs?: object }
  return step[0] === 'RTM_DELLINK' || change !== undefined || 'linkinfo' in attrs || 'master' in attrs
}

/** Until as much is told as the table has. */
const asMuchAs =
  ({ steps }: Case, wanted: readonly Outcome[]): Settle =>
  async (place, told) => {
    const until = performance.now() + PATIENCE
    while (told() < (wanted[place]?.events.length ?? 0) && performance.now() < until) await sleep(5)
    if (mayChangeCarriers(steps[place]) && wanted[place]?.error === undefined) await sleep(1200)
  }

const playReal = (each: Case, settle: Settle) =>
  inScratch(async (namespace) => {
    // The mock's kernel does not look whether others have its addresses.
    for (const which of ['all', 'default', 'lo'])
      namespace.exec('sh', ['-c', `echo 0 > /proc/sys/net/ipv6/conf/${which}/accept_dad`])
    using netlink = Connection.open({ netns: namespace.path })
    return await play(netlink, each, settle)
  })

if (isRecording) {
  test('recorded', async () => {
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
  // Words, attributes and the order of dumps come with versions.
  if (!isSameVersion) skipped(`the table: it is of Linux ${table.kernel}, this is ${release()}`)
  let played: Promise<Outcome[] | Error>[] = []
  test.before(() => {
    // Side by side: most of the time each waits for the kernel.
    const play = (each: Case) => playReal(each, asMuchAs(each, table[each.name])).catch((error: Error) => error)
    if (isSameVersion) played = cases.map(play)
  })
  for (const [place, each] of cases.entries()) {
    test(each.name, async () => {
      const got = await played[place]
      if (got instanceof Error) throw got
      if (got) assert.is(difference(each, got, table[each.name]), undefined)
    })
  }
}

test.run()
