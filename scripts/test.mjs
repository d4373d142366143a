// The last line of the output is 'N passed, N failed', optionally with ', N skipped'.
import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { compileTests } from './lib/compiled-tests.mjs'
import { reportCoverage, startCoverage } from './lib/coverage.mjs'
import { inMinutes, keepDurations, planned } from './lib/durations.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { withPlugin } from './lib/plugin-form.mjs'
import { root, say } from './lib/repo.mjs'
import { atOnce, endWithTests, failures, inWords, progress, runAll, testFiles, total } from './lib/test-run.mjs'

const { values, positionals: patterns } = readCommand({
  name: 'test',
  description: `Installs, builds, runs test/**/*.test.ts with coverage, each file in its own process. Requires 90 % line
coverage if no test is skipped.`,
  operands: {
    usage: '[PATTERN…]',
    help: 'runs only files whose path contains one of them; coverage is printed, not required',
  },
  options: {
    'keep-durations': {
      type: 'boolean',
      default: false,
      help: 'writes the duration of each file to scripts/lib/test-durations.json, for the plan of first runs',
    },
  },
})

endWithTests()

function conclude(counts) {
  process.exitCode = counts.failed ? 1 : 0
  console.log(`\n${inWords(counts)}`)
}

const setUpFailed = { passed: 0, failed: 1, skipped: 0 }

/** Prints the expected duration and runs the files. */
async function runFiles(names, needs) {
  const { files, seconds, isOwn } = planned(names, atOnce)
  const where = isOwn ? 'as the last time here' : 'on two idle cores'
  say(`${files.length} test files, ${atOnce} at a time: about ${inMinutes(seconds)}, ${where}`)
  const started = performance.now()
  const env = withPlugin({ ...needs, ...startCoverage() })
  const results = await runAll(files, env, progress(files.length), await compileTests(files))
  console.log(`took ${inMinutes((performance.now() - started) / 1000)}`)
  keepDurations(results, { isForAll: values['keep-durations'] && patterns.length === 0 })
  return results
}

async function main() {
  const names = testFiles(patterns)
  if (!names.length) {
    console.error(`✘ no test file under ${root}/test matches ${patterns.join(' ')}`)
    return conclude(setUpFailed)
  }
  if (!(await build())) return conclude(setUpFailed)
  const needs = provideNeeds()
  if (!needs) return conclude(setUpFailed)
  const results = await runFiles(names, needs)
  const covered = await reportCoverage(patterns.length > 0)
  for (const { file, output } of results)
    for (const line of output.match(/^SKIPPED: .*$/gm) ?? []) console.log(`! ${file}: ${line}`)
  for (const line of failures(results)) console.log(line)
  const counts = total(results)
  // Coverage is required only if all files ran and no test was skipped.
  const tooLittle = !covered && patterns.length === 0 && counts.skipped === 0
  if (tooLittle) console.log('✘ coverage')
  conclude({ ...counts, failed: counts.failed + (tooLittle ? 1 : 0) })
}

await main()
