import { randomInt } from 'node:crypto'
import { type Generated, given } from '../support/given.js'
import { checkKills } from './kills.js'
import { checkForeign, checkPlans } from './run.js'

const { values } = given<Generated>()
const runs = Number(values.runs)
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed)

/** Seconds between two lines of progress. */
const PERIOD = 10

const begun = performance.now()
let printed = begun
console.log(`${runs} cases, --seed ${seed}`)
const { failure, figures } = await checkPlans({
  ...{ runs, seed, path: values.path },
  progress(now) {
    if (performance.now() - printed < PERIOD * 1000) return
    printed = performance.now()
    console.log(JSON.stringify(now))
  },
})
// A case with a path is a single one.
const few = values.path === undefined ? Math.ceil(runs / 50) : 0
const failures = [
  failure,
  few > 0 ? await checkForeign({ runs: few, seed }) : undefined,
  few > 0 ? await checkKills({ runs: few, seed }) : undefined,
].filter((each) => each !== undefined)
const seconds = ((performance.now() - begun) / 1000).toFixed(0)
console.log([`${failures.length === 0 ? '✓' : '✘'} ${JSON.stringify(figures)} in ${seconds} s`, ...failures].join('\n'))
process.exitCode = failures.length === 0 ? 0 : 1
