import { spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { modulesOfDist, root } from './repo.mjs'

/** Limit in seconds. It only stops files that hang, so it is generous. */
const limitOf = (env) => Number(env?.NETLOOM_TEST_TIMEOUT ?? process.env.NETLOOM_TEST_TIMEOUT ?? 600)
/** Time in milliseconds for processes that a test file left behind: to clean up after SIGTERM, and to close our pipes. */
const grace = 5000

const running = new Set()

/** Sends a signal to a test file and everything that it started. Each file has its own process group. */
function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group is empty.
  }
}

/** Passes a signal to the running files, so that they clean up. */
export function stopAll(signal) {
  for (const child of running) signalGroup(child, signal)
}

/** Parses uvu's last summary. A test may print similar lines before it. */
function summary(output) {
  const text = stripVTControlCharacters(output)
  const last = (label) => [...text.matchAll(new RegExp(`^ {2}${label}: +(\\d+)\\r?$`, 'gm'))].at(-1)?.[1]
  const [total, passed, skipped] = ['Total', 'Passed', 'Skipped'].map(last)
  if (total === undefined || passed === undefined || skipped === undefined) return undefined
  return { passed: Number(passed), failed: Number(total) - Number(passed), skipped: Number(skipped) }
}

/** Counts the results of a file. A file that ends badly is one more failure, even if its tests passed. */
function verdict({ output, code, signal, timedOut, limit }) {
  const counted = summary(output) ?? { passed: 0, failed: 0, skipped: 0 }
  const problem = (text) => ({ ...counted, failed: Math.max(1, counted.failed), problem: text })
  if (timedOut) return problem(`took longer than ${limit} s and was ended`)
  if (signal) return problem(`was ended by ${signal}`)
  if (!summary(output)) return problem('ended without a summary: no test ran to its end')
  if (counted.passed + counted.failed + counted.skipped === 0) return problem('has no test')
  if (code !== 0 && counted.failed === 0) return problem(`ended with exit code ${code}`)
  return counted
}

/** Default command that runs a test file: this Node. */
const here = (file) => [process.execPath, ...modulesOfDist, file]

/** Runs one test file in its own process. Returns its whole output. */
export function runTestFile(file, env, commandOf = here) {
  return new Promise((resolve) => {
    const started = Date.now()
    const limit = limitOf(env)
    const [program, ...args] = commandOf(file)
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, NETLOOM_BUILT: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    running.add(child)
    const chunks = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk))

    let timedOut = false
    let last
    const timer = setTimeout(() => {
      timedOut = true
      signalGroup(child, 'SIGTERM')
      last = setTimeout(signalGroup, grace, child, 'SIGKILL')
    }, limit * 1000)
    // Processes that the file left behind keep our pipes open, so that 'close' would not come.
    child.once('exit', () => {
      clearTimeout(last)
      last = setTimeout(signalGroup, grace, child, 'SIGKILL')
    })
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      clearTimeout(last)
      signalGroup(child, 'SIGKILL')
      running.delete(child)
      const output = Buffer.concat(chunks).toString()
      const ended = { output, code, signal, timedOut, limit }
      resolve({ file, output, seconds: (Date.now() - started) / 1000, ...verdict(ended) })
    })
  })
}
