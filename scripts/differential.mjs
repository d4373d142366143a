// npm run differential [-- --runs N --seed S --path P]: builds, then puts our plugin and upstream's (Debian sid's) through N
// generated scenarios in twin namespaces and compares what they say, their exit codes and the kernel's state. Differences that are
// meant stand in test/differential/allowed.ts. A failure prints the simplest scenario found, and the options that show it again.
import { build } from './lib/build.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { run } from './lib/repo.mjs'

function differential() {
  const needs = provideNeeds()
  if (!needs?.NETLOOM_CNI_PLUGINS) {
    console.error('✘ without upstream’s plugin there is nothing to compare with')
    return false
  }
  const args = ['--import', 'tsx', 'test/differential/main.ts', ...process.argv.slice(2)]
  return run(process.execPath, args, { env: { ...process.env, ...needs } })
}

process.exitCode = build() && differential() ? 0 : 1
