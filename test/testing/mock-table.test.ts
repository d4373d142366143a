import { readFileSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Connection } from '@netloom/netlink'
import { mockKernel } from '@netloom/netlink/testing'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { difference, type Other, type Outcome, play } from './play.js'
import { cases } from './table.js'
import '../support/built.js'

// test/kernel/mock-table.test.ts runs the same table with the kernel.
const test = suite('mock kernel table: the mock')

const table: Record<string, Outcome[]> = JSON.parse(
  readFileSync(fileURLToPath(new URL('table.json', import.meta.url)), 'utf8'),
)

/** Waits until no more notifications arrive for a few turns of the event loop. */
async function settle(_: number, count: () => number): Promise<void> {
  for (let before = -1; before !== count(); ) {
    before = count()
    for (let left = 4; left > 0; left--) await turn()
  }
}

for (const each of cases) {
  test(each.name, async () => {
    const kernel = mockKernel()
    using netlink = Connection.open({ socketFactory: kernel })
    const expected = table[each.name] ?? []
    const other: Other = (step) => ('wait' in step ? kernel.advance(step.wait) : undefined)
    assert.is(difference(each, await play(netlink, each, settle, other), expected), undefined)
  })
}

test.run()
