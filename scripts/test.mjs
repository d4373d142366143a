// npm test [-- PATTERN…]: installs, builds, runs test/**/*.test.ts with coverage, each file in a process of its own.
// With patterns only the files whose path contains one of them run, and coverage is printed but not demanded.
// The last line is 'N passed, N failed' alone; ', N skipped' may follow.
import { build } from './lib/build.mjs'
import { reportCoverage, startCoverage } from './lib/coverage.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { root, say } from './lib/repo.mjs'
import { endWithTests, failures, inWords, print, runAll, testFiles, total } from './lib/test-run.mjs'

endWithTests()

function conclude(counts) {
  process.exitCode = counts.failed ? 1 : 0
  console.log(`\n${inWords(counts)}`)
}

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
  const results = await runAll(files, { ...needs, ...startCoverage() }, print)
  const covered = reportCoverage()
  for (const { file, output } of results)
    for (const line of output.match(/^SKIPPED: .*$/gm) ?? []) console.log(`! ${file}: ${line}`)
  for (const line of failures(results)) console.log(line)
  const counts = total(results)
  // Of some of the tests no more can be asked than of some of the files.
  const tooLittle = !covered && patterns.length === 0 && counts.skipped === 0
  if (tooLittle) console.log('✘ coverage')
  conclude({ ...counts, failed: counts.failed + (tooLittle ? 1 : 0) })
}

await main(process.argv.slice(2))
