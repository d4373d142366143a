import { fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type FuzzOptions, fuzz, type Progress } from '../support/fuzz.js'

const { values, positionals } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    path: { type: 'string' },
    worker: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})

const whole = (name: string, text: string) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new TypeError(`--${name}: expected a whole number, got ${text}`)
  return value
}

const runs = whole('runs', values.runs)
const seed = values.seed === undefined ? randomInt(2 ** 31) : whole('seed', values.seed)
const options: FuzzOptions = { runs, seed, patterns: positionals, ...(values.path && { path: values.path }) }

/** What one worker does: it tells how it comes along. */
async function work() {
  for await (const progress of fuzz(options)) process.send?.(progress)
  process.disconnect?.()
}

/** Seconds between two lines of progress. */
const PERIOD = 5

/** Prints what the workers tell. */
function report() {
  const started = performance.now()
  let done = 0
  let printed = started
  let failures = 0
  const line = () => {
    const seconds = (performance.now() - started) / 1000
    return `${done} runs in ${seconds.toFixed(0)} s, ${Math.round(done / seconds)} a second`
  }
  return {
    take({ name, runs, failure }: Progress) {
      done += runs
      if (failure !== undefined) {
        failures++
        console.log(`✘ ${name}\n${failure}\n`)
      }
      if (performance.now() - printed < PERIOD * 1000) return
      printed = performance.now()
      console.log(line())
    },
    end() {
      console.log(`${failures === 0 ? '✓' : '✘'} ${line()}, ${failures} failures`)
      return failures === 0
    },
  }
}

/** Each worker with a seed of its own, and its part of the runs. */
async function runWorkers() {
  // A path is in the runs of one seed.
  const count = options.path === undefined ? Math.min(availableParallelism(), 8, Math.ceil(runs / 1000)) : 1
  console.log(`${runs} runs, --seed ${seed}`)
  const { take, end } = report()
  const codes = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const args = [`--runs=${Math.ceil(runs / count)}`, `--seed=${(seed + index * 1_000_003) | 0}`, '--worker']
      const path = options.path === undefined ? [] : [`--path=${options.path}`]
      const child = fork(fileURLToPath(import.meta.url), [...args, ...path, ...positionals])
      child.on('message', (progress) => take(progress as Progress))
      const [code] = await once(child, 'exit')
      return code as number | null
    }),
  )
  if (!end() || codes.some((code) => code !== 0)) process.exitCode = 1
}

await (values.worker ? work() : runWorkers())
