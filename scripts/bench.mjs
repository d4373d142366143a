import { readdirSync } from 'node:fs'
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

const built = run(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 2, 2] })
const flags = values.json ? ['--json'] : []
// These benchmarks compare with other libraries, so provide those. Their messages must not mix with the results on stdout.
if (built && files.some((name) => /^(api|connection)\//.test(name)))
  run(process.execPath, ['scripts/peers.mjs'], { stdio: ['ignore', 2, 2] })
if (built && files.includes('plugin.bench.ts'))
  run(process.execPath, ['scripts/plugin-peers.mjs'], { stdio: ['ignore', 2, 2] })
if (built && files.some((name) => name.startsWith('tuntap/')))
  run(process.execPath, ['scripts/tuntap-peers.mjs'], { stdio: ['ignore', 2, 2] })
const measure = (name) => run(process.execPath, [...modulesOfDist, path('test', 'bench', name), ...flags])
process.exitCode = built && files.length && files.map(measure).every(Boolean) ? 0 : 1
if (!files.length) console.error(`no test/bench/**/*.bench.ts matches ${patterns.join(' ')}`)
