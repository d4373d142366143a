import { readdirSync } from 'node:fs'
import os from 'node:os'
import { readCommand } from './lib/command.mjs'
import { modulesOfDist, path, run } from './lib/repo.mjs'

const { values, positionals: patterns } = readCommand({
  name: 'run bench',
  description: 'Builds, then runs test/bench/**/*.bench.ts one after another.',
  operands: { usage: '[PATTERN…]', help: 'runs only files whose path contains one of them' },
  options: {
    json: {
      type: 'boolean',
      help: 'prints JSON, one object per line, instead of tables; npm run --silent bench prints nothing else',
    },
  },
})

const files = readdirSync(path('test', 'bench'), { recursive: true })
  .filter(
    (name) => name.endsWith('.bench.ts') && (!patterns.length || patterns.some((pattern) => name.includes(pattern))),
  )
  .sort()

/** Prints what a reader of recorded lines must know. */
function printMachine() {
  const cpus = os.cpus()
  const machine = `${cpus.length} × ${cpus[0]?.model}, ${Math.round(os.totalmem() / 2 ** 30)} GiB`
  const [load] = os.loadavg()
  const command = `npm run bench -- ${patterns.join(' ')}`.trim()
  const date = new Date().toISOString().slice(0, 10)
  console.log(
    JSON.stringify({ command, date, machine, kernel: /^[\d.]+/.exec(os.release())?.[0], node: process.version, load }),
  )
}

const built = run(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 2, 2] })
const flags = values.json ? ['--json'] : []
// These benchmarks compare with other libraries, so provide those. Their messages must not mix with the results on stdout.
if (built && files.some((name) => /^(api|connection)\//.test(name)))
  run(process.execPath, ['scripts/peers.mjs'], { stdio: ['ignore', 2, 2] })
if (built && files.includes('plugin.bench.ts'))
  run(process.execPath, ['scripts/plugin-peers.mjs'], { stdio: ['ignore', 2, 2] })
if (built && files.some((name) => name.startsWith('tuntap/')))
  run(process.execPath, ['scripts/tuntap-peers.mjs'], { stdio: ['ignore', 2, 2] })
if (built && values.json) printMachine()
const measure = (name) => run(process.execPath, [...modulesOfDist, path('test', 'bench', name), ...flags])
process.exitCode = built && files.length && files.map(measure).every(Boolean) ? 0 : 1
if (!files.length) console.error(`no test/bench/**/*.bench.ts matches ${patterns.join(' ')}`)
