import { parseArgs } from 'node:util'
import { type CrashOptions, crash } from './crash.js'
import { type Kind, kinds } from './scene.js'
import { type Fault, faults } from './trial.js'

const { values, positionals } = parseArgs({
  options: {
    on: { type: 'string' },
    every: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})

const chosen = (Object.keys(faults) as Fault[]).filter((fault) => !positionals.length || positionals.includes(fault))

async function run(kind: Kind): Promise<boolean> {
  const options: CrashOptions = {
    kind,
    faults: chosen,
    precise: true,
    every: Number(values.every),
    ...(values.on !== undefined && { pattern: values.on }),
    tell: (line) => values.verbose && console.log(`${kind}: ${line}`),
  }
  const started = performance.now()
  const { counts, failures, missed } = await crash(options)
  for (const each of failures) console.log(`✘ ${kind}: ${each}`)
  for (const each of missed) console.log(`✘ ${kind}: the call was not met again: ${each}`)
  const endings = [...counts].sort().map(([ending, count]) => `${count} ${ending}`)
  const isGood = failures.length + missed.length === 0 && counts.size > 0
  console.log(
    `${isGood ? '✓' : '✘'} ${kind}, ${((performance.now() - started) / 1000).toFixed(0)} s: ${endings.join(', ')}`,
  )
  return isGood
}

const results = await Promise.all((Object.keys(kinds) as Kind[]).map(run))
if (!results.every(Boolean)) process.exitCode = 1
