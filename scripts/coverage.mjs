// npm run coverage: builds, then writes docs/coverage.md: what of the kernel's headers is declared. Prints its table.
import { build } from './lib/build.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { run } from './lib/repo.mjs'

const write = (needs) =>
  run(process.execPath, ['--import', 'tsx', 'test/netlink/headers/main.ts'], { env: { ...process.env, ...needs } })

const needs = build() ? provideNeeds() : undefined
process.exitCode = needs && write(needs) ? 0 : 1
