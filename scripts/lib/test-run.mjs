import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { path } from './repo.mjs'
import { runTestFile, stopAll } from './test-file.mjs'

/** Number of test files that run at a time. */
export const atOnce = Math.min(2, availableParallelism())

/** Stops the running files on a signal, so that they clean up, and ends this process. */
export function endWithTests() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => {
      stopAll('SIGTERM')
      process.exit(1)
    })
}

/**
 * Lists the test files whose path contains one of the patterns; all of them without patterns.
 * @param endings of the files' names; some commands also run other files than `npm test`
 */
export function testFiles(patterns, endings = ['.test.ts']) {
  const all = readdirSync(path('test'), { recursive: true })
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((name) => `test/${name}`)
  return all.filter((name) => !patterns.length || patterns.some((pattern) => name.includes(pattern))).sort()
}

export function print({ file, output, seconds, problem }) {
  console.log(`\n── ${file} (${seconds.toFixed(1)} s)`)
  process.stdout.write(output.endsWith('\n') ? output : `${output}\n`)
  if (problem) console.log(`✘ ${file} ${problem}`)
}

/** Returns a function that prints a line for each finished file, and the whole output of a failed one. */
export function progress(count) {
  let [done, failed] = [0, 0]
  return (result) => {
    done++
    if (result.failed > 0) failed++
    const before = `[${String(done).padStart(String(count).length)}/${count}${failed > 0 ? `, ${failed} failed` : ''}]`
    console.log(`${before} ${result.failed > 0 ? '✘' : '✓'} ${result.file} (${result.seconds.toFixed(1)} s)`)
    if (result.failed > 0) print(result)
  }
}

/**
 * Runs test files, each in its own process, and calls `done` with each result.
 * @param env for all files, or a function that returns it for a file
 * @param commandOf returns the command that runs a file
 * @param isOver returns true if no further file should start
 */
export async function runAll(files, env, done, commandOf, isOver = () => false) {
  const queue = [...files]
  const results = []
  const worker = async () => {
    for (let file = queue.shift(); file && !isOver(); file = queue.shift()) {
      const result = await runTestFile(file, typeof env === 'function' ? env(file) : env, commandOf)
      done(result)
      results.push(result)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

const sum = (results, key) => results.reduce((total, result) => total + result[key], 0)

export const total = (results) => ({
  passed: sum(results, 'passed'),
  failed: sum(results, 'failed'),
  skipped: sum(results, 'skipped'),
})

export const inWords = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`

/** Returns a line for each file that failed. */
export const failures = (results) =>
  results
    .filter(({ failed }) => failed > 0)
    .map(({ file, problem, failed }) => `✘ ${file}: ${problem ?? `${failed} failed`}`)
