import { build } from './lib/build.mjs'
import { generated, readCommand } from './lib/command.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { modulesOfDist, run } from './lib/repo.mjs'

const given = readCommand({
  name: 'run differential',
  description: `Builds, then runs our plugin and upstream's (Debian sid's) through generated scenarios in twin namespaces, and compares
their output, exit codes and the kernel's state. test/differential/allowed.ts lists the allowed differences.
A failure prints the simplest scenario found, and the options that show it again.`,
  options: generated('200', 'scenarios'),
})

function differential() {
  const needs = provideNeeds()
  if (!needs?.NETLOOM_CNI_PLUGINS) {
    console.error('✘ without upstream’s plugin there is nothing to compare with')
    return false
  }
  const args = [...modulesOfDist, 'test/differential/main.ts', JSON.stringify(given)]
  return run(process.execPath, args, { env: { ...process.env, ...needs } })
}

process.exitCode = (await build()) && differential() ? 0 : 1
