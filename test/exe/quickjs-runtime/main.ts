import { writeFileSync } from 'node:fs'
import { byteCases } from './bytes.js'
import { outcome } from './cases.js'
import { fileCases } from './files.js'
import { jsonCases } from './json.js'
import { libcCases } from './libc.js'
import { memoryCases } from './memory.js'
import { processCases, signalCases } from './processes.js'

async function main(): Promise<void> {
  const cases = { ...byteCases, ...fileCases, ...jsonCases, ...libcCases, ...memoryCases, ...processCases }
  const results = Object.entries(cases).map(([name, run]) => [name, outcome(run)])
  results.push(['signals are delivered in a turn of the event loop', await signalCases()])
  writeFileSync(process.env.TEST_RESULTS ?? '', JSON.stringify(Object.fromEntries(results)))
}

main().then(() => {
  process.exitCode = 42
})
