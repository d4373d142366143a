import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { fuzz } from '../support/fuzz.js'

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '10000' }, seed: { type: 'string' } },
  allowPositionals: true,
})
const whole = (name: string, text: string) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new TypeError(`--${name}: expected a whole number, got ${text}`)
  return value
}
const runs = whole('runs', values.runs)
const seed = values.seed === undefined ? randomInt(2 ** 31) : whole('seed', values.seed)

console.log(`${runs} runs each, --seed ${seed}`)
for await (const { name, failure } of fuzz({ runs, seed, patterns: positionals })) {
  console.log(failure ? `✘ ${name}\n${failure}` : `✓ ${name}`)
  if (failure) process.exitCode = 1
}
