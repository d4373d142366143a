import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { inScratch } from '../../support/netns.js'
import { type Contender, compare } from '../../support/rounds.js'
import { type Child, startChild } from '../connection/child.js'
import { addInBatches, addUplink, routeLines } from '../connection/routes.js'

// Dumps 500,000 routes to objects, relative to receiving them without decoding. CPU time, where the bench of the connection
// compares the wall time with other programs.

const COUNT = 500_000
const worker = fileURLToPath(new URL('../connection/dump-worker.ts', import.meta.url))
const [bare, sync] = ['bare receive, nothing decoded', 'dumpSync()']

/** The bare receive reports the number of bytes, the dump that of routes. Both are more than the routes that were added. */
const contender = (name: string, child: Child): Contender => ({
  name,
  async round() {
    const { cpu, count } = await child.round()
    assert.ok(count > COUNT, `${name}: ${count}`)
    return cpu ?? Number.NaN
  },
})

await inScratch(async (namespace) => {
  addUplink(namespace)
  addInBatches(namespace, routeLines(COUNT))
  const start = (method: string) =>
    startChild(process.execPath, ['--expose-gc', '--import', 'tsx', worker, method, namespace.path, ''])
  using receiving = start('bare')
  using dumping = start('dumpSync')
  await compare(
    { name: `${COUNT.toLocaleString('en')} IPv4 routes, dumped: CPU time`, units: [COUNT, 'routes'] },
    [contender(bare, receiving), contender(sync, dumping)],
    [{ of: sync, against: bare, timeAtMost: 2 }],
  )
})
