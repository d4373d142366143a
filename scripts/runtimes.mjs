import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { say } from './lib/repo.mjs'
import { fullName, provideRuntime, runtimeNames } from './lib/runtimes.mjs'
import { endWithTests, failures, inWords, print, runAll, testFiles, total } from './lib/test-run.mjs'

const { values, positionals: patterns } = readCommand({
  name: 'run runtimes',
  does: `Builds, then runs the tests of what talks to the kernel, and of the plugin, on every runtime that the packages are for
(${runtimeNames.join(', ')}), fetched into .cache/. Ends with a line for each.`,
  operands: { usage: '[PATTERN…]', help: 'runs only files whose path contains one of them' },
  options: {
    on: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      expected: `part of one of ${runtimeNames.join(', ')}`,
      fits: (text) => runtimeNames.some((name) => name.includes(text)),
      help: 'on this runtime alone, e.g. bun or 22',
    },
  },
})

/** What runs on the Node that develops netloom alone: the tests of our own tools, and those that take long. */
const elsewhere = ['test/tooling/', 'test/fuzz/', 'test/differential/', 'test/exe/']

endWithTests()

/** What goes wrong is shown whole, what goes well is a line at the end. */
const printFailed = (result) => {
  if (result.failed > 0) print(result)
}

async function runOn(name, files, env) {
  const binary = provideRuntime(name)
  say(`${fullName(name)}: ${files.length} test files`)
  const program = name === 'bun' ? [binary] : [binary, '--import', 'tsx']
  const results = await runAll(files, env, printFailed, program)
  return { name, results, counts: total(results) }
}

async function main() {
  const names = runtimeNames.filter((name) => !values.on || values.on.some((part) => name.includes(part)))
  const files = testFiles(patterns).filter((file) => !elsewhere.some((folder) => file.startsWith(folder)))
  if (!files.length) throw new Error(`no test file matches ${patterns.join(' ')}`)
  const needs = build() ? provideNeeds() : undefined
  if (!needs) throw new Error('what the tests need is not there')

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
