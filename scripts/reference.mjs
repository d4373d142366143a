import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { modulesOfDist, run } from './lib/repo.mjs'

readCommand({
  name: 'run reference',
  description:
    'Builds, then writes docs/cni/configuration.md, the manual pages of netloom and the manifests in deploy.',
})

const write = (...args) => run(process.execPath, [...modulesOfDist, ...args])

process.exitCode =
  (await build()) &&
  write('test/support/write-config-page.ts') &&
  write('test/support/write-man-pages.ts') &&
  write('deploy/write.ts', 'deploy')
    ? 0
    : 1
