import { readFileSync, writeFileSync } from 'node:fs'
import { readCommand } from './lib/command.mjs'
import { plot } from './lib/plot.mjs'

const { positionals } = readCommand({
  name: 'run plot',
  description: `Reads the JSON lines of \`npm run --silent bench -- decode --json\` from standard input, and draws the time of each row
relative to the first one of its group: \`npm run plot -- docs/benchmarks/decode.svg < docs/benchmarks/decode.jsonl\`.`,
  operands: { usage: 'FILE.svg', help: 'the file to write' },
  options: {},
})

const [file] = positionals
if (!file) throw new Error('expected the name of the file to write')
writeFileSync(file, plot(readFileSync(0, 'utf8')))
