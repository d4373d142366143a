import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { modulesOfDist, say } from './lib/repo.mjs'
import { fullName, provideRuntime, runtimeNames } from './lib/runtimes.mjs'
import { endWithTests, failures, inWords, print, runAll, testFiles, total } from './lib/test-run.mjs'

const { values, positionals: patterns } = readCommand({
  name: 'run runtimes',
  description: `Builds, then runs the tests of the packages on every supported runtime
(${runtimeNames.join(', ')}), which it downloads into .cache/. Prints a summary line for each at the end.`,
  operands: { usage: '[PATTERN…]', help: 'runs only files whose path contains one of them' },
  options: {
    on: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      expected: `part of one of ${runtimeNames.join(', ')}`,
      fits: (text) => runtimeNames.some((name) => name.includes(text)),
      help: 'only on this runtime, e.g. bun or 22',
    },
  },
})

/** Tests that run only on the Node version used for development: those of our own tools, and the slow ones. */
const developmentOnly = ['test/tooling/', 'test/fuzz/', 'test/differential/', 'test/exe/', 'test/site/']

endWithTests()

/** Prints the whole output of a failed file, and one line for any other. */
const printFailed = (result) => {
  if (result.failed > 0) print(result)
}

async function runOn(name, files, env) {
  const binary = provideRuntime(name)
  say(`${fullName(name)}: ${files.length} test files`)
  const program = name === 'bun' ? [binary] : [binary, ...modulesOfDist]
  const results = await runAll(files, env, printFailed, (file) => [...program, file])
  return { name, results, counts: total(results) }
}

async function main() {
  const names = runtimeNames.filter((name) => !values.on || values.on.some((part) => name.includes(part)))
  const files = testFiles(patterns).filter((file) => !developmentOnly.some((folder) => file.startsWith(folder)))
  if (!files.length) throw new Error(`no test file matches ${patterns.join(' ')}`)
  const needs = (await build()) ? provideNeeds() : undefined
  if (!needs) throw new Error('something that the tests need is unavailable')

  const reports = []
  for (const name of names) reports.push(await runOn(name, files, needs))
  console.log()
  for (const { results } of reports) for (const line of failures(results)) console.log(line)
  for (const { name, counts } of reports) console.log(`${fullName(name)}: ${inWords(counts)}`)
  return reports.every(({ counts }) => counts.failed === 0)
}

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  console.error(`✘ ${error.message}`)
  process.exitCode = 1
}
