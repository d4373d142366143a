// npm test [-- PATTERN…]: installs, builds, runs test/**/*.test.ts with coverage, each file in a process of its own.
// With patterns only the files whose path contains one of them run, and coverage is printed but not demanded.
// The last line is 'N passed, N failed' alone; ', N skipped' may follow.
import { readdirSync } from 'node:fs'
import { build } from './lib/build.mjs'
import { reportCoverage, startCoverage } from './lib/coverage.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { path, root, say } from './lib/repo.mjs'
import { runTestFile, stopAll } from './lib/test-file.mjs'

const atOnce = 2

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => {
    stopAll('SIGTERM')
    process.exit(1)
  })

function testFiles(patterns) {
  const all = readdirSync(path('test'), { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/${name}`)
  return all.filter((name) => !patterns.length || patterns.some((pattern) => name.includes(pattern))).sort()
}

function print({ file, output, seconds, problem }) {
  console.log(`\n── ${file} (${seconds.toFixed(1)} s)`)
  process.stdout.write(output.endsWith('\n') ? output : `${output}\n`)
  if (problem) console.log(`✘ ${file} ${problem}`)
}

async function runAll(files, env) {
  const queue = [...files]
  const results = []
  const worker = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const result = await runTestFile(file, env)
      print(result)
      results.push(result)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

function conclude({ passed, failed, skipped }) {
  process.exitCode = failed ? 1 : 0
  console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`)
}

const sum = (results, key) => results.reduce((total, result) => total + result[key], 0)
const setUpFailed = { passed: 0, failed: 1, skipped: 0 }

async function main(patterns) {
  if (!build()) return conclude(setUpFailed)
  const needs = provideNeeds()
  if (!needs) return conclude(setUpFailed)
  const files = testFiles(patterns)
  if (!files.length) {
    console.error(`\n✘ no test file under ${root}/test matches ${patterns.join(' ')}`)
    return conclude(setUpFailed)
  }

  say(`test files: ${files.length}`)
  const results = await runAll(files, { ...needs, ...startCoverage() })
  const covered = reportCoverage()
  for (const { file, output } of results)
    for (const line of output.match(/^SKIPPED: .*$/gm) ?? []) console.log(`! ${file}: ${line}`)
  const failures = results.filter(({ failed }) => failed > 0)
  for (const { file, failed, problem } of failures) console.log(`✘ ${file}: ${problem ?? `${failed} failed`}`)
  const skipped = sum(results, 'skipped')
  // Of some of the tests no more can be asked than of some of the files.
  const tooLittle = !covered && patterns.length === 0 && skipped === 0
  if (tooLittle) console.log('✘ coverage')
  conclude({
    passed: sum(results, 'passed'),
    failed: sum(results, 'failed') + (tooLittle ? 1 : 0),
    skipped,
  })
}

await main(process.argv.slice(2))
