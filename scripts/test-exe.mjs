import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { compileTests } from './lib/compiled-tests.mjs'
import { buildExecutable, machines } from './lib/exe.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { say } from './lib/repo.mjs'
import { endWithTests, failures, inWords, progress, runAll, testFiles, total } from './lib/test-run.mjs'
import { provideStarter } from './lib/toolchain.mjs'

const { positionals } = readCommand({
  name: 'run test:exe',
  description: `Builds the plugin's executables for this machine and for arm64, and runs the plugin's tests with this machine's instead of
the package on Node, then the tests of the executables themselves (test/exe/*.exe.ts).`,
  operands: { usage: '[PATTERN…]', help: 'runs only files whose path contains one of them' },
})

endWithTests()

async function main(patterns) {
  if (!(await build())) return false
  say('executables')
  for (const machine of machines) if (!(await buildExecutable(machine))) return false
  const needs = provideNeeds()
  if (!needs) return false
  const arm64 = { NETLOOM_ARM64: provideStarter('arm64').join(' ') || 'env' }
  const files = testFiles(['test/cni-tap/', 'test/exe/'], ['.test.ts', '.exe.ts'])
  const wanted = files.filter((file) => !patterns.length || patterns.some((part) => file.includes(part)))
  say(`test files: ${wanted.length}`)
  const env = { ...needs, ...arm64, NETLOOM_PLUGIN: 'exe' }
  const results = await runAll(wanted, env, progress(wanted.length), await compileTests(wanted))
  for (const line of failures(results)) console.log(line)
  const counts = total(results)
  console.log(`\n${inWords(counts)}`)
  return wanted.length > 0 && counts.failed === 0
}

try {
  process.exitCode = (await main(positionals)) ? 0 : 1
} catch (error) {
  console.error(`✘ ${error.message}`)
  process.exitCode = 1
}
