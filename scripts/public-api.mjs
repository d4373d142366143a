import { writeFileSync } from 'node:fs'
import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { publicApi, publicApiFile } from './lib/public-api.mjs'

readCommand({
  name: 'run public-api',
  description:
    'Builds, then writes public-api.txt: what each entry point of the packages exports, with signatures of what people call.',
})

if (await build()) writeFileSync(publicApiFile, publicApi())
else process.exitCode = 1
