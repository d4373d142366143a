import { readFileSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Connection } from '@netloom/netlink'
import { mockKernel } from '@netloom/netlink/testing'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { difference, type Outcome, play } from './play.js'
import { cases } from './table.js'
import '../support/built.js'

/** test/kernel/mock-table.test.ts holds the kernel to the same. */
const test = suite('the table of the mock kernel, by the mock')

const table: Record<string, Outcome[]> = JSON.parse(
  readFileSync(fileURLToPath(new URL('table.json', import.meta.url)), 'utf8'),
)

/** A few turns of the event loop in which nothing more is told. */
async function settle(_: number, told: () => number): Promise<void> {
  for (let before = -1; before !== told(); ) {
    before = told()
    for (let count = 0; count < 4; count++) await turn()
  }
}

for (const each of cases) {
  test(each.name, async () => {
    using netlink = Connection.open({ socketFactory: mockKernel() })
    const wanted = table[each.name] ?? []
    assert.is(difference(each, await play(netlink, each, settle), wanted), undefined)
  })
}

test.run()
