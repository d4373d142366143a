import { build } from './lib/build.mjs'
import { readCommand, whole } from './lib/command.mjs'
import { modulesOfDist, run } from './lib/repo.mjs'

const given = readCommand({
  name: 'run stress',
  description: `Builds, then has other processes change links, addresses, routes, rules, neighbours and next hops of a network namespace while
this one blocks at times, so that it loses notifications. After each round it compares caches with several receive buffers
with a fresh dump. Prints the figures at the end. Fails for any difference, and if nothing was lost. Needs root.`,
  options: {
    seconds: { ...whole(0), value: 'N', default: '60', help: 'duration; 60 by default' },
    rounds: { ...whole(0), value: 'N', default: String(Number.MAX_SAFE_INTEGER), help: 'maximum number of rounds' },
    seed: {
      ...whole(0),
      value: 'S',
      help: 'seed of the first round, incremented for each later one; a failure prints its seed',
    },
  },
})
const stress = () => run(process.execPath, [...modulesOfDist, 'test/stress/main.ts', JSON.stringify(given)])
process.exitCode = (await build()) && stress() ? 0 : 1
