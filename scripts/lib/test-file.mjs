import { spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { root } from './repo.mjs'

/** Generous: it ends what hangs, it does not measure. */
const limit = Number(process.env.NETLOOM_TEST_TIMEOUT ?? 600) * 1000
/** For what a file left running: time to clean up after SIGTERM, and to let go of our pipes. */
const grace = 5000

const running = new Set()

/** Ends a test file and everything it started: each has a process group of its own. */
function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {
    // Nobody is left in the group.
  }
}

/** Passes a signal on to the files that run, which then remove what they made. */
export function stopAll(signal) {
  for (const child of running) signalGroup(child, signal)
}

/** uvu's own closing lines, the last ones printed: a test may print something alike. */
function summary(output) {
  const text = stripVTControlCharacters(output)
  const last = (label) => [...text.matchAll(new RegExp(`^ {2}${label}: +(\\d+)\\r?$`, 'gm'))].at(-1)?.[1]
  const [total, passed, skipped] = ['Total', 'Passed', 'Skipped'].map(last)
  if (total === undefined || passed === undefined || skipped === undefined) return undefined
  return { passed: Number(passed), failed: Number(total) - Number(passed), skipped: Number(skipped) }
}

/** Counts what a file did. Passing tests do not excuse a file that ended badly: that is one more failure. */
function verdict({ output, code, signal, timedOut }) {
  const counted = summary(output) ?? { passed: 0, failed: 0, skipped: 0 }
  const problem = (text) => ({ ...counted, failed: Math.max(1, counted.failed), problem: text })
  if (timedOut) return problem(`took longer than ${limit / 1000} s and was ended`)
  if (signal) return problem(`was ended by ${signal}`)
  if (!summary(output)) return problem('ended without a summary: no test ran to its end')
  if (counted.passed + counted.failed + counted.skipped === 0) return problem('has no test')
  if (code !== 0 && counted.failed === 0) return problem(`ended with exit code ${code}`)
  return counted
}

/** What runs a test file: this Node, unless another runtime is asked for. */
const here = [process.execPath, '--import', 'tsx']

/** Runs one test file in a process of its own; its output comes back whole. */
export function runTestFile(file, env, [program, ...args] = here) {
  return new Promise((resolve) => {
    const started = Date.now()
    const child = spawn(program, [...args, file], {
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
    }, limit)
    // What a file left behind keeps our pipes open, and 'close' would wait for it.
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
      resolve({ file, output, seconds: (Date.now() - started) / 1000, ...verdict({ output, code, signal, timedOut }) })
    })
  })
}
