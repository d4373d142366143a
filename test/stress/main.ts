import { randomInt } from 'node:crypto'
import { Assertion } from 'uvu/assert'
import { given } from '../support/given.js'
import { inScratch } from '../support/netns.js'
import { noFigures, prepare, round } from './stress.js'

const { values } = given<{ readonly seconds: string; readonly rounds: string; readonly seed?: string }>()

/** Seconds between two lines of progress. */
const PERIOD = 10

async function main(): Promise<boolean> {
  const seconds = Number(values.seconds)
  const rounds = Number(values.rounds)
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed)
  const figures = noFigures()
  const begun = performance.now()
  const elapsed = () => (performance.now() - begun) / 1000
  const line = () => {
    const { rounds, changes, overruns } = figures
    const lost = `${overruns.default} overruns of the default buffer, ${overruns.small} of smaller ones`
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
    // Differences, in the format of uvu.
    if (error instanceof Assertion) console.log(error.details)
    return false
  }
  const lost = figures.overruns.default > 0
  console.log(lost ? `✓ ${line()}, 0 differences` : `✘ ${line()}: expected an overrun of the default buffer`)
  return lost
}

process.exitCode = (await main()) ? 0 : 1
