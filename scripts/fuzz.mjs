import { build } from './lib/build.mjs'
import { generated, readCommand } from './lib/command.mjs'
import { modulesOfDist, run } from './lib/repo.mjs'

const given = readCommand({
  name: 'run fuzz',
  description: `Builds, then checks the properties of test/fuzz/*.fuzz.ts, on all processors. A failure prints the simplest input found,
and the command that reproduces it.`,
  operands: { usage: '[PATTERN…]', help: 'only properties whose file or name contains one of them' },
  options: generated('100000', 'inputs in all'),
})
const fuzz = () => run(process.execPath, [...modulesOfDist, 'test/fuzz/main.ts', JSON.stringify(given)])
process.exitCode = (await build()) && fuzz() ? 0 : 1
