import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { modulesOfDist, run } from './lib/repo.mjs'

readCommand({
  name: 'run coverage',
  description:
    "Builds, then writes docs/coverage.md (the declared share of the kernel's headers and specs) and prints its table.",
})

const write = (needs) =>
  run(process.execPath, [...modulesOfDist, 'test/netlink/headers/main.ts'], { env: { ...process.env, ...needs } })

const needs = (await build()) ? provideNeeds() : undefined
process.exitCode = needs && write(needs) ? 0 : 1
