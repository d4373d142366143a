import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
// @ts-expect-error: a script without types
import { makeExecutable as untyped } from '../../scripts/lib/exe.mjs'

/** Runs one program on Node and on the QuickJS runtime. Both must give the same results. */

const makeExecutable = untyped as (
  modules: { readonly main: string; readonly prepare?: string },
  machine: string,
  outfile: string,
) => Promise<void>

const test = suite('QuickJS runtime')

const folder = mkdtempSync(join(tmpdir(), 'netloom-runtime-'))
test.after(() => rmSync(folder, { recursive: true }))

const entry = (name: string) => fileURLToPath(new URL(`quickjs-runtime/${name}.ts`, import.meta.url))

async function executableOf(name: string, prepare?: string): Promise<string> {
  const file = join(folder, name)
  const modules = { main: entry(name), ...(prepare !== undefined && { prepare: entry(prepare) }) }
  await makeExecutable(modules, process.arch, file)
  return file
}

interface Started {
  readonly env?: Readonly<Record<string, string>>
  /** A command of sh, in which `"$@"` is the program. */
  readonly script?: string
}

function start(program: readonly string[], { env = {}, script = 'exec "$@"' }: Started = {}) {
  const all = { PATH: process.env.PATH ?? '', ...env }
  return spawnSync('sh', ['-c', script, 'sh', ...program], { env: all, encoding: 'utf8', timeout: 60_000 })
}

/** What files.ts and processes.ts look at. */
function makeFiles(): string {
  const made = mkdtempSync(join(folder, 'files-'))
  mkdirSync(join(made, 'folder'), { recursive: true })
  writeFileSync(join(made, 'file'), `gr\u00fc\u00df, \u20ac ${'and more '.repeat(1000)}`)
  writeFileSync(join(made, 'empty'), '')
  writeFileSync(join(made, 'folder', 'a'), '')
  writeFileSync(Buffer.concat([Buffer.from(`${made}/folder/`), Buffer.from([0xff])]), '')
  writeFileSync(join(made, 'no-interpreter'), '#!/missing/interpreter\n', { mode: 0o755 })
  symlinkSync('file', join(made, 'link'))
  assert.is(spawnSync('mkfifo', [join(made, 'fifo')]).status, 0)
  return made
}

/** A program that starts another with an environment such as no shell makes. */
function compileOddly(): string {
  const file = join(folder, 'oddly')
  const { status, stderr } = spawnSync('gcc', [
    '-o',
    file,
    fileURLToPath(new URL('quickjs-runtime/oddly.c', import.meta.url)),
  ])
  assert.is(status, 0, stderr?.toString())
  return file
}

/** Whoever starts it may be as odd with signals: without SIGCHLD the kernel tells of no child how it ended. */
const script = 'exec env --ignore-signal=CHLD,HUP,PIPE --block-signal=TERM,HUP,CHLD "$@"'

function resultsOf(program: readonly string[], files: string): Record<string, unknown> {
  const results = join(folder, 'results')
  const env = { HOST_FOLDER: files, HOST_RESULTS: results, HOST_ODD: 'a=b=\u20ac', HOST_EMPTY: '' }
  const { status, stdout, stderr } = start([compileOddly(), ...program], { env, script })
  assert.equal({ status, stdout, stderr }, { status: 42, stdout: '', stderr: '' })
  return JSON.parse(readFileSync(results, 'utf8'))
}

test('does what Node does', async () => {
  const files = makeFiles()
  const onNode = resultsOf([process.execPath, '--import', 'tsx', entry('main')], files)
  const onHost = resultsOf([await executableOf('main')], files)
  assert.equal(Object.keys(onHost), Object.keys(onNode))
  for (const [name, expected] of Object.entries(onNode)) assert.equal(onHost[name], expected, name)
})

test('refuses what the kernel would take for an address', async () => {
  const { status, stdout } = start([await executableOf('misuse')])
  assert.is(status, 0)
  const told = Object.fromEntries(
    JSON.parse(stdout).map(([name, { around }]: [string, { around: string }]) => [name, around]),
  )
  assert.equal(told, {
    'more bytes than there are': 'expected a length of at most 4 bytes, got 5',
    'a negative length': 'expected a length of at most 4 bytes, got -1',
    'a longer address than there is': 'expected a length of at most 12 bytes, got 13',
    'a length that says more': 'expected a length of at most 12 bytes, got 13',
    'a length that is no int': 'expected an int, got 3 bytes',
    'more pollfds than there are': 'expected a length of at most 15 bytes, got 16',
    'no bytes': 'not a TypedArray',
    'no number': 'expected a number',
    'no address': 'not a TypedArray',
  })
})

/** The error object of CNI that a program ends with which cannot do better. */
const failure = (msg: string, code = 999) => ({ status: 1, json: { cniVersion: '1.0.0', code, msg } })

test('a program that fails says so, in the words of CNI', async () => {
  const program = await executableOf('failing')
  const failed = (way: string, started: Started = {}) => {
    const { status, stdout } = start([program], { ...started, env: { HOST_WAY: way } })
    return { status, json: JSON.parse(stdout) }
  }
  assert.equal(failed('throws'), failure('TypeError: "broken"\n'))
  assert.equal(failed('rejects'), failure('Error: unheeded'))
  assert.equal(failed('rejects twice and is heeded once'), failure('Error: first'))
  assert.equal(failed('throws what is no text'), failure('TypeError: cannot convert symbol to string'))
  assert.equal(failed('forgets'), failure('main.js ended without an exit code'))
  assert.equal(failed('hangs'), failure('main.js ended without an exit code'))
  assert.equal(failed('fills', { script: 'ulimit -v 60000; exec "$@"' }), failure('out of memory', 11))
  assert.equal(start([program], { env: { HOST_WAY: 'rejects and is heeded' } }).status, 3)
  assert.equal(start([program], { env: { HOST_WAY: 'recurses' } }).status, 4)
})

test('what is prepared when the executable is made is there when it runs, and nothing of that process', async () => {
  const program = await executableOf('prepared', 'prepare')
  const runs = ['1', '2'].map((run) => {
    const { status, stdout, pid } = start([program], { env: { HOST_RUN: run } })
    return { status, pid, ...JSON.parse(stdout) }
  })
  for (const [index, run] of runs.entries()) {
    const { status, pid, list, ran, env, itsPid, random } = run
    assert.equal(
      { status, list, ran, env, itsPid },
      { status: 0, list: 100_000, ran: 1, env: `${index + 1}`, itsPid: pid },
    )
    assert.ok(random >= 0 && random < 1)
  }
  assert.is.not(runs[0]?.random, runs[1]?.random)
})

test('what it opens never becomes a standard stream', async () => {
  const program = await executableOf('failing')
  const results = join(folder, 'streams')
  const env = { HOST_WAY: 'has no standard streams', HOST_RESULTS: results }
  assert.is(start([program], { env, script: 'exec "$@" <&- >&- 2>&-' }).status, 0)
  const neither = ['EBADF', 'EBADF']
  assert.equal(JSON.parse(readFileSync(results, 'utf8')), [[neither, neither, neither], true])
})

test('what a signal interrupts is done again', async () => {
  const program = await executableOf('interrupted')
  const [files, results] = [makeFiles(), join(folder, 'interrupted-results')]
  const told = (script?: string) => {
    const env = { HOST_FOLDER: files, HOST_RESULTS: results }
    assert.is(start([program], { env, ...(script !== undefined && { script }) }).status, 0)
    return readFileSync(results, 'utf8')
  }
  const undisturbed = told()
  for (const calls of ['read', 'write,wait4', 'poll'])
    assert.is(told(`exec strace -o /dev/null -e inject=${calls}:error=EINTR:when=2+2 "$@"`), undisturbed, calls)
})

test('what the limits of a process forbid is an error', async () => {
  const program = await executableOf('failing')
  const env = { HOST_WAY: 'writes more than it may', HOST_RESULTS: join(folder, 'too-long') }
  assert.is(start([program], { env, script: 'ulimit -f 1; exec "$@"' }).status, 0)
  const { stdout } = start([program], {
    env: { HOST_WAY: 'has no descriptor left' },
    script: 'ulimit -n 40; exec "$@"',
  })
  const none = [null, 'EMFILE']
  assert.equal(JSON.parse(stdout), ['EMFILE', none, none, [0, null]])
})

/** Why there is no executable of a program that begins with `text`. */
async function whyNot(text: string, kind: 'main' | 'prepare'): Promise<string> {
  const file = join(folder, 'wrong.ts')
  writeFileSync(file, text)
  try {
    await makeExecutable({ main: entry('misuse'), [kind]: file }, process.arch, join(folder, 'wrong'))
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('expected none')
}

test('what it has not is missing when the executable is made', async () => {
  assert.match(
    await whyNot("import { lookup } from 'node:dns'\nlookup('x', () => {})\n", 'main'),
    'the QuickJS runtime has no node:dns',
  )
})

test('what differs from one process to the next cannot be prepared', async () => {
  for (const question of ['process.env.PATH', 'process.pid', 'process.ppid', 'Math.random()', 'performance.now()'])
    assert.match(
      await whyNot(`export const early = ${question}`, 'prepare'),
      'values of the process are not available while the executable is built',
    )
})

test.run()
