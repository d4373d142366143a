import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

/** Limit in seconds. A busy machine needs time to start Node. */
const limit = 10

process.env.NETLOOM_TEST_TIMEOUT = String(limit)
// A variable, because TypeScript would require declarations for a literal, which the scripts do not have.
const module = new URL('../../scripts/lib/test-file.mjs', import.meta.url).href
const { runTestFile } = await import(module)

const test = suite('runner')

const uvu = `import { test } from 'uvu'\n`

/** Runs a test file with this text, in a folder below test/, so that it finds uvu. */
async function run(text: string) {
  const folder = mkdtempSync(fileURLToPath(new URL('scratch-', import.meta.url)))
  try {
    writeFileSync(join(folder, 'file.ts'), text)
    const { passed, failed, skipped, problem, output } = await runTestFile(join(folder, 'file.ts'), {
      NODE_V8_COVERAGE: '',
    })
    return { counts: { passed, failed, skipped }, problem: String(problem ?? ''), output: String(output) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('counts passed, failed and skipped tests', async () => {
  const { counts, problem } = await run(
    `${uvu}test('a', () => {}); test('b', () => {}); test('c', () => { throw new Error('no') }); test.skip('d'); test.run()`,
  )
  assert.equal(counts, { passed: 2, failed: 1, skipped: 1 })
  assert.is(problem, '')
})

test('a file that throws at once is a failure', async () => {
  const { counts, problem, output } = await run(`throw new Error('out of order')`)
  assert.equal(counts, { passed: 0, failed: 1, skipped: 0 })
  assert.match(problem, /without a summary/)
  assert.match(output, /out of order/)
})

test('a file that ends early with exit code 0 is a failure', async () => {
  const { counts } = await run(`${uvu}test('a', () => {}); test('b', () => new Promise(() => {})); test.run()`)
  assert.equal(counts, { passed: 0, failed: 1, skipped: 0 })
})

test('a file that forgets to run its tests is a failure', async () => {
  const { counts, problem } = await run(`${uvu}test('a', () => {})`)
  assert.equal(counts, { passed: 0, failed: 1, skipped: 0 })
  assert.match(problem, /without a summary/)
})

test('a file without a test is a failure', async () => {
  const { counts, problem } = await run(`${uvu}test.run()`)
  assert.equal(counts, { passed: 0, failed: 1, skipped: 0 })
  assert.match(problem, /has no test/)
})

test('a bad exit code after passing tests is one failure', async () => {
  const { counts, problem } = await run(
    `${uvu}test('a', () => {}); test.run(); process.on('exit', () => { process.exitCode = 7 })`,
  )
  assert.equal(counts, { passed: 1, failed: 1, skipped: 0 })
  assert.match(problem, /exit code 7/)
})

test('a file that hangs is stopped, with all processes that it started', async () => {
  const { counts, problem, output } = await run(
    `import { spawn } from 'node:child_process'
     const child = spawn('sleep', ['600'], { stdio: 'inherit' })
     console.log('child ' + child.pid)
     process.on('SIGTERM', () => console.log('SIGTERM received'))`,
  )
  assert.equal(counts, { passed: 0, failed: 1, skipped: 0 })
  assert.match(problem, new RegExp(`longer than ${limit} s`))
  assert.match(output, /SIGTERM received/)
  const child = Number(/child (\d+)/.exec(output)?.[1])
  await sleep(100)
  assert.throws(() => process.kill(child, 0), /ESRCH/)
})

const durations = await import(new URL('../../scripts/lib/durations.mjs', import.meta.url).href)
const { progress } = await import(new URL('../../scripts/lib/test-run.mjs', import.meta.url).href)

test('the longest files run first, and the total is estimated', () => {
  const known = { seconds: { a: 1, b: 100, c: 20, elsewhere: 1000 }, isOwn: true }
  const { files, seconds, isOwn } = durations.planned(['a', 'b', 'c', 'new'], 2, known)
  assert.equal([files, isOwn], [['b', 'c', 'new', 'a'], true])
  // The duration of the longest file, because the others run at the same time.
  assert.is(seconds, 100)
  assert.is(durations.planned(['a', 'c', 'new'], 2, known).seconds, 20)
  assert.is(durations.planned(['a', 'a', 'a', 'a'], 2, known).seconds, 2)
})

test('durations are rounded', () => {
  assert.equal([3, 61, 89, 91, 360, 361].map(durations.inMinutes), [
    ...['5 seconds', '65 seconds', '90 seconds', '2 minutes', '6 minutes', '7 minutes'],
  ])
})

test('the table for first runs lists existing files', async () => {
  const table = JSON.parse(readFileSync(new URL('../../scripts/lib/test-durations.json', import.meta.url), 'utf8'))
  const absent = Object.keys(table).filter((file) => !existsSync(new URL(`../../${file}`, import.meta.url)))
  assert.equal(absent, [])
})

test('prints a line for a file that passes, and the whole output of one that fails', () => {
  const lines: string[] = []
  const { log } = console
  const { write } = process.stdout
  console.log = (text: string) => lines.push(text)
  process.stdout.write = ((text: string) => lines.push(text)) as never
  try {
    const done = progress(10)
    const result = { file: 'test/a.test.ts', seconds: 1.25, passed: 1, failed: 0, skipped: 0, output: 'dots\n' }
    done(result)
    done({ ...result, failed: 2, output: 'FAIL here\n' })
    done(result)
  } finally {
    console.log = log
    process.stdout.write = write
  }
  assert.equal(lines, [
    '[ 1/10] ✓ test/a.test.ts (1.3 s)',
    '[ 2/10, 1 failed] ✘ test/a.test.ts (1.3 s)',
    '\n── test/a.test.ts (1.3 s)',
    'FAIL here\n',
    '[ 3/10, 1 failed] ✓ test/a.test.ts (1.3 s)',
  ])
})

test.run()
