import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { Assertion } from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { noFigures, prepare, round } from './stress.js'

const usage = `npm run stress [-- --seconds N --seed S --rounds N]

Other processes change links, addresses, routes, rules, neighbours and next hops of a network namespace
while this one is blocked now and then, so that notifications are lost. After each round, caches with
several receive buffers are compared with a fresh dump. Ends with the figures, and fails for any
difference, and if nothing was lost. Needs root.

  --seconds N  how long, 60 if left out
  --rounds N   how many rounds at most
  --seed S     the first round's; each later one has the next number. A failure tells its own
`

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rounds: { type: 'string', default: String(Number.MAX_SAFE_INTEGER) },
    seed: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

function whole(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`--${name}: expected a whole number, got ${text}`)
  return value
}

/** Seconds between two lines of progress. */
const PERIOD = 10

async function main(): Promise<boolean> {
  const seconds = whole('seconds', values.seconds)
  const rounds = whole('rounds', values.rounds)
  const seed = values.seed === undefined ? randomInt(2 ** 31) : whole('seed', values.seed)
  const figures = noFigures()
  const begun = performance.now()
  const elapsed = () => (performance.now() - begun) / 1000
  const line = () => {
    const { rounds, changes, overruns } = figures
    const lost = `${overruns.usual} overruns of the usual buffer, ${overruns.small} of smaller ones`
    return `${rounds} rounds in ${elapsed().toFixed(0)} s, ${changes} changes, ${lost}`
  }
  console.log(`${seconds} s, --seed ${seed}`)
  try {
    let printed = 0
    while (elapsed() < seconds && figures.rounds < rounds) {
      await inScratch(async (namespace) => {
        prepare(namespace)
        for (let count = 0; count < 10 && elapsed() < seconds && figures.rounds < rounds; count++) {
          await round(namespace, seed + figures.rounds, figures)
          if (elapsed() - printed < PERIOD) continue
          printed = elapsed()
          console.log(line())
        }
      })
    }
  } catch (error) {
    console.log(`✘ ${line()}\n${error instanceof Error ? (error.stack ?? error) : error}`)
    // What is extra and what is missing, as uvu shows it.
    if (error instanceof Assertion) console.log(error.details)
    return false
  }
  const lost = figures.overruns.usual > 0
  console.log(lost ? `✓ ${line()}, 0 differences` : `✘ ${line()}: expected an overrun of the usual buffer`)
  return lost
}

if (values.help) console.log(usage)
else process.exitCode = (await main()) ? 0 : 1
