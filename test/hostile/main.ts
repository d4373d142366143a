import { randomInt } from 'node:crypto'
import { type Generated, given } from '../support/given.js'
import { asProcess, inProcess } from './callers.js'
import { hostile } from './hostile.js'

const { values } = given<Generated & { readonly 'in-process': boolean; readonly seconds?: string }>()

const seconds = values.seconds === undefined ? undefined : Number(values.seconds)
/** If the time is limited, the number of runs is not. */
const runs = seconds === undefined ? Number(values.runs) : 10_000_000
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed)
const call = values['in-process'] ? inProcess : asProcess
// A path belongs to the runs of one seed, and one process carries out one call at a time.
const workers = values.path === undefined && !values['in-process'] ? 4 : 1

console.log(`${seconds === undefined ? `${runs} inputs` : `inputs for ${seconds} s`}, --seed ${seed}`)
const started = performance.now()
const share = Math.ceil(runs / workers)
const options = { runs: share, seconds, call, ...(values.path !== undefined && { path: values.path }) }
const reports = await Promise.all(
  Array.from({ length: workers }, (_, index) => hostile({ ...options, seed: (seed + index * 1_000_003) | 0 })),
)
const counts = new Map<string, number>()
for (const { failure, answers } of reports) {
  if (failure !== undefined) console.log(`✘ ${failure}\n`)
  for (const [key, count] of answers) counts.set(key, (counts.get(key) ?? 0) + count)
}
const isGood = reports.every(({ failure }) => failure === undefined)
const summary = [...counts].sort(([, a], [, b]) => b - a).map(([key, count]) => `${count} ${key}`)
console.log(`${isGood ? '✓' : '✘'} ${((performance.now() - started) / 1000).toFixed(0)} s: ${summary.join(', ')}`)
if (!isGood) process.exitCode = 1
