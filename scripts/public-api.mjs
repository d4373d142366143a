import { writeFileSync } from 'node:fs'
import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'

readCommand({
  name: 'run public-api',
  description:
    'Builds, then writes public-api.txt: what each entry point of the packages exports, with signatures of what people call.',
})

if (await build()) {
  // It needs TypeScript, which the build installs.
  const { publicApi, publicApiFile } = await import('./lib/public-api.mjs')
  writeFileSync(publicApiFile, publicApi())
} else {
  process.exitCode = 1
}
