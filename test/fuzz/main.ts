import { fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type FuzzOptions, fuzz, type Progress } from '../support/fuzz.js'
import { type Generated, given } from '../support/given.js'

const { values, positionals } = given<Generated & { readonly worker?: boolean }>()

const runs = Number(values.runs)
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed)
const options: FuzzOptions = { runs, seed, patterns: positionals, ...(values.path && { path: values.path }) }

/** Runs one worker, which reports its progress. */
async function work() {
  for await (const progress of fuzz(options)) process.send?.(progress)
  process.disconnect?.()
}

/** Seconds between two lines of progress. */
const PERIOD = 5

/** Prints the progress of the workers. */
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
    end(crashed: number) {
      const isGood = failures === 0 && crashed === 0
      const crashes = crashed === 0 ? '' : `, ${crashed} workers ended early`
      console.log(`${isGood ? '✓' : '✘'} ${line()}, ${failures} failures${crashes}`)
      return isGood
    },
  }
}

/** Runs the workers. Each has its own seed and a share of the runs. */
async function runWorkers() {
  // A path belongs to the runs of one seed.
  const count = options.path === undefined ? Math.min(availableParallelism(), 8, Math.ceil(runs / 1000)) : 1
  console.log(`${runs} runs, --seed ${seed}`)
  const { take, end } = report()
  const codes = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const own = { runs: Math.ceil(runs / count), seed: (seed + index * 1_000_003) | 0, worker: true }
      const child = fork(fileURLToPath(import.meta.url), [
        JSON.stringify({ values: { ...values, ...own }, positionals }),
      ])
      child.on('message', (progress) => take(progress as Progress))
      const [code] = await once(child, 'exit')
      return code as number | null
    }),
  )
  if (!end(codes.filter((code) => code !== 0).length)) process.exitCode = 1
}

await (values.worker ? work() : runWorkers())
