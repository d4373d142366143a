import { randomInt } from 'node:crypto'
import { type Generated, given } from '../support/given.js'
import { type Allowed, allowed } from './allowed.js'
import { run } from './run.js'

const { values } = given<Generated>()

const runs = Number(values.runs)
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed)
console.log(`${runs} scenarios, --seed ${seed}`)

/** Seconds between two lines of progress. */
const period = 10

const counts = new Map<Allowed, number>()
let done = 0
let printed = performance.now()
const failure = run({
  runs,
  seed,
  ...(values.path && { path: values.path }),
  each(used) {
    done++
    for (const row of used) counts.set(row, (counts.get(row) ?? 0) + 1)
    if (performance.now() - printed < period * 1000) return
    printed = performance.now()
    console.log(`${done} scenarios`)
  },
})

console.log(`\n${done} scenarios. Number of scenarios with each allowed difference:`)
for (const row of allowed) console.log(`${String(counts.get(row) ?? 0).padStart(6)}  ${row.reason}`)
if (failure) console.log(`\n✘ a difference that no row allows: ${failure}`)
else console.log('\n✓ no other difference')
process.exitCode = failure ? 1 : 0
