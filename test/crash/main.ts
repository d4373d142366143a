import { given } from '../support/given.js'
import { type CrashOptions, crash } from './crash.js'
import { type Kind, kinds } from './scene.js'
import { type Fault, faults } from './strace.js'
import type { Command } from './subject.js'

const { values, positionals } = given<{
  readonly on?: string
  readonly command: readonly Command[]
  readonly every: string
  readonly verbose: boolean
}>()

const chosen = (Object.keys(faults) as Fault[]).filter((fault) => !positionals.length || positionals.includes(fault))

async function run(kind: Kind, command: Command): Promise<boolean> {
  const options: CrashOptions = {
    kind,
    command,
    faults: chosen,
    precise: true,
    every: Number(values.every),
    ...(values.on !== undefined && { pattern: values.on }),
    report: (line) => values.verbose && console.log(`${kind} ${command}: ${line}`),
  }
  const started = performance.now()
  const { counts, failures, missed } = await crash(options)
  for (const each of failures) console.log(`✘ ${kind} ${command}: ${each}`)
  for (const each of missed) console.log(`✘ ${kind} ${command}: the call was not hit again: ${each}`)
  const endings = [...counts].sort().map(([ending, count]) => `${count} ${ending}`)
  const isGood = failures.length + missed.length === 0 && counts.size > 0
  console.log(
    `${isGood ? '✓' : '✘'} ${kind} ${command}, ${((performance.now() - started) / 1000).toFixed(0)} s: ${endings.join(', ')}`,
  )
  return isGood
}

/** Runs the commands one after the other, so that there are never more processes than kinds. */
async function runAll(kind: Kind): Promise<void> {
  for (const command of values.command) {
    if (!(await run(kind, command))) process.exitCode = 1
  }
}

await Promise.all((Object.keys(kinds) as Kind[]).map(runAll))
