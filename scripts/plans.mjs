import { build } from './lib/build.mjs'
import { generated, readCommand } from './lib/command.mjs'
import { modulesOfDist, run } from './lib/repo.mjs'

const given = readCommand({
  name: 'run plans',
  description: `Builds, then plans and applies generated states in network namespaces. Each request of each plan is refused once, and its answer
is lost once: then the namespace must be what it was before. A second plan must be empty, and undo() must restore everything.
A failure prints the simplest case found, and the command that reproduces it. Needs root.`,
  options: generated('1000', 'cases'),
})
const plans = () => run(process.execPath, [...modulesOfDist, 'test/plans/main.ts', JSON.stringify(given)])
process.exitCode = (await build()) && plans() ? 0 : 1
