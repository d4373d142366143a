import { writeFileSync } from 'node:fs'
import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { publicApi, publicApiFile } from './lib/public-api.mjs'

readCommand({
  name: 'run public-api',
  description: 'Builds, then writes public-api.txt: the names that each entry point of the packages exports.',
})

if (await build()) writeFileSync(publicApiFile, publicApi())
else process.exitCode = 1
