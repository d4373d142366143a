import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { modulesOfDist, run } from './lib/repo.mjs'

readCommand({
  name: 'run reference',
  description: "Builds, then writes docs/cni/configuration.md: the keys of the plugin's configuration.",
})

process.exitCode =
  (await build()) && run(process.execPath, [...modulesOfDist, 'test/support/write-config-page.ts']) ? 0 : 1
