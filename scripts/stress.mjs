import { build } from './lib/build.mjs'
import { readCommand, whole } from './lib/command.mjs'
import { run } from './lib/repo.mjs'

const given = readCommand({
  name: 'run stress',
  does: `Builds, then has other processes change links, addresses, routes, rules, neighbours and next hops of a network namespace while
this one is blocked now and then, so that notifications are lost. After each round, caches with several receive buffers are
compared with a fresh dump. Ends with the figures, and fails for any difference, and if nothing was lost. Needs root.`,
  options: {
    seconds: { ...whole(0), value: 'N', default: '60', help: 'how long; 60 by default' },
    rounds: { ...whole(0), value: 'N', default: String(Number.MAX_SAFE_INTEGER), help: 'how many rounds at most' },
    seed: {
      ...whole(0),
      value: 'S',
      help: "the first round's; each later one has the next number. A failure prints its own",
    },
  },
})
const stress = () => run(process.execPath, ['--import', 'tsx', 'test/stress/main.ts', JSON.stringify(given)])
process.exitCode = build() && stress() ? 0 : 1
