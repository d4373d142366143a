import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { checkProse, proseFiles, reportProse } from './lib/prose.mjs'
import * as prose from './lib/prose-words.mjs'
import { runTool, say } from './lib/repo.mjs'

readCommand({
  name: 'run lint',
  description:
    'Checks format and lint rules, the types of packages and tests, the layers, and plain English. Runs every check, also after a failure.',
})

const checks = {
  'format and rules (biome)': () => runTool('biome', ['check', '--error-on-warnings', '.']),
  'types of the tests (tsc)': () => runTool('tsc', ['-p', 'test']),
  'layers (dependency-cruiser)': () => runTool('depcruise', ['packages']),
  'plain English (see `npm run prose -- --help`)': () => reportProse(checkProse(proseFiles(), prose)),
}

if (await build()) {
  const failed = Object.entries(checks).filter(([name, check]) => {
    say(name)
    return !check()
  })
  for (const [name] of failed) console.error(`\n✘ ${name}`)
  process.exitCode = failed.length ? 1 : 0
} else {
  process.exitCode = 1
}
