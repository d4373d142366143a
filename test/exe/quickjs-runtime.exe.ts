import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
// @ts-expect-error: a script without types
import { makeExecutable as untyped } from '../../scripts/lib/exe.mjs'
import { typescript } from '../support/typescript.js'

/** Runs the same program on Node and on the QuickJS runtime. Both must give the same results. */

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
  /** Shell command that runs the program, `"$@"`. */
  readonly script?: string
}

function start(program: readonly string[], { env = {}, script = 'exec "$@"' }: Started = {}) {
  const all = { PATH: process.env.PATH ?? '', ...env }
  return spawnSync('sh', ['-c', script, 'sh', ...program], { env: all, encoding: 'utf8', timeout: 60_000 })
}

/** Creates the files for files.ts and processes.ts. */
function makeFiles(): string {
  const created = mkdtempSync(join(folder, 'files-'))
  mkdirSync(join(created, 'folder'), { recursive: true })
  writeFileSync(join(created, 'file'), `gr\u00fc\u00df, \u20ac ${'and more '.repeat(1000)}`)
  writeFileSync(join(created, 'empty'), '')
  writeFileSync(join(created, 'folder', 'a'), '')
  writeFileSync(Buffer.concat([Buffer.from(`${created}/folder/`), Buffer.from([0xff])]), '')
  writeFileSync(join(created, 'no-interpreter'), '#!/missing/interpreter\n', { mode: 0o755 })
  symlinkSync('file', join(created, 'link'))
  assert.is(spawnSync('mkfifo', [join(created, 'fifo')]).status, 0)
  return created
}

/** Compiles a program that starts another one with an environment that no shell can create. */
function compileOddEnvironment(): string {
  const file = join(folder, 'odd-environment')
  const { status, stderr } = spawnSync('gcc', [
    '-o',
    file,
    fileURLToPath(new URL('quickjs-runtime/odd-environment.c', import.meta.url)),
  ])
  assert.is(status, 0, stderr?.toString())
  return file
}

/**
 * The caller may have unusual signal settings. While SIGCHLD is ignored, the kernel reports no exit status of a child.
 */
const script = 'exec env --ignore-signal=CHLD,HUP,PIPE --block-signal=TERM,HUP,CHLD "$@"'

function resultsOf(program: readonly string[], files: string): Record<string, unknown> {
  const results = join(folder, 'results')
  const env = { TEST_FOLDER: files, TEST_RESULTS: results, TEST_ODD: 'a=b=\u20ac', TEST_EMPTY: '' }
  const { status, stdout, stderr } = start([compileOddEnvironment(), ...program], { env, script })
  assert.equal({ status, stdout, stderr }, { status: 42, stdout: '', stderr: '' })
  return JSON.parse(readFileSync(results, 'utf8'))
}

test('behaves like Node', async () => {
  const files = makeFiles()
  const onNode = resultsOf([process.execPath, ...typescript, entry('main')], files)
  const onQuickjs = resultsOf([await executableOf('main')], files)
  assert.equal(Object.keys(onQuickjs), Object.keys(onNode))
  for (const [name, expected] of Object.entries(onNode)) assert.equal(onQuickjs[name], expected, name)
})

test('rejects arguments that the kernel would take for an address', async () => {
  const { status, stdout } = start([await executableOf('misuse')])
  assert.is(status, 0)
  const printed = Object.fromEntries(
    JSON.parse(stdout).map(([name, { around }]: [string, { around: string }]) => [name, around]),
  )
  assert.equal(printed, {
    'a length beyond the buffer': 'expected a length of at most 4 bytes, got 5',
    'a negative length': 'expected a length of at most 4 bytes, got -1',
    'an address length beyond the buffer': 'expected a length of at most 12 bytes, got 13',
    'a length argument beyond the buffer': 'expected a length of at most 12 bytes, got 13',
    'a length argument that is too short': 'expected an int, got 3 bytes',
    'a number of pollfds beyond the buffer': 'expected a length of at most 15 bytes, got 16',
    'text instead of bytes': 'not a TypedArray',
    'text instead of a number': 'expected a number',
    'a list instead of a buffer': 'not a TypedArray',
  })
})

/** Exit status and CNI error object of a program that fails without its own error object. */
const failure = (msg: string, code = 999) => ({ status: 1, json: { cniVersion: '1.0.0', code, msg } })

test('a program that fails prints a CNI error object', async () => {
  const program = await executableOf('failing')
  const failed = (failingCase: string, started: Started = {}) => {
    const { status, stdout } = start([program], { ...started, env: { TEST_CASE: failingCase } })
    return { status, json: JSON.parse(stdout) }
  }
  assert.equal(failed('throws'), failure('TypeError: "broken"\n'))
  assert.equal(failed('rejects'), failure('Error: unhandled'))
  assert.equal(failed('rejects twice, handled once'), failure('Error: first'))
  assert.equal(failed('throws a symbol'), failure('TypeError: cannot convert symbol to string'))
  assert.equal(failed('sets no exit code'), failure('main.js ended without an exit code'))
  assert.equal(failed('hangs'), failure('main.js ended without an exit code'))
  assert.equal(failed('fills', { script: 'ulimit -v 60000; exec "$@"' }), failure('out of memory', 11))
  assert.equal(start([program], { env: { TEST_CASE: 'rejects, handled' } }).status, 3)
  assert.equal(start([program], { env: { TEST_CASE: 'recurses' } }).status, 4)
})

test('state that is prepared at build time exists at run time, without values of the build process', async () => {
  const program = await executableOf('prepared', 'prepare')
  const runs = ['1', '2'].map((run) => {
    const { status, stdout, pid } = start([program], { env: { TEST_RUN: run } })
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

test('no file that it opens becomes a standard stream', async () => {
  const program = await executableOf('failing')
  const results = join(folder, 'streams')
  const env = { TEST_CASE: 'has closed standard streams', TEST_RESULTS: results }
  assert.is(start([program], { env, script: 'exec "$@" <&- >&- 2>&-' }).status, 0)
  const neither = ['EBADF', 'EBADF']
  assert.equal(JSON.parse(readFileSync(results, 'utf8')), [[neither, neither, neither], true])
})

test('interrupted system calls are repeated', async () => {
  const program = await executableOf('interrupted')
  const [files, results] = [makeFiles(), join(folder, 'interrupted-results')]
  const resultsWith = (script?: string) => {
    const env = { TEST_FOLDER: files, TEST_RESULTS: results }
    assert.is(start([program], { env, ...(script !== undefined && { script }) }).status, 0)
    return readFileSync(results, 'utf8')
  }
  const undisturbed = resultsWith()
  for (const calls of ['read', 'write,wait4', 'poll'])
    assert.is(resultsWith(`exec strace -o /dev/null -e inject=${calls}:error=EINTR:when=2+2 "$@"`), undisturbed, calls)
})

test('exceeding a resource limit is an error', async () => {
  const program = await executableOf('failing')
  const env = { TEST_CASE: 'exceeds the file size limit', TEST_RESULTS: join(folder, 'too-long') }
  assert.is(start([program], { env, script: 'ulimit -f 1; exec "$@"' }).status, 0)
  const { stdout } = start([program], {
    env: { TEST_CASE: 'exceeds the descriptor limit' },
    script: 'ulimit -n 40; exec "$@"',
  })
  const none = [null, 'EMFILE']
  assert.equal(JSON.parse(stdout), ['EMFILE', none, none, [0, null]])
})

/** Builds an executable whose `kind` module contains `text`, which must fail. Returns the error message. */
async function buildError(text: string, kind: 'main' | 'prepare'): Promise<string> {
  const file = join(folder, 'wrong.ts')
  writeFileSync(file, text)
  try {
    await makeExecutable({ main: entry('misuse'), [kind]: file }, process.arch, join(folder, 'wrong'))
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('expected the build to fail')
}

test('an unsupported node: module is a build error', async () => {
  assert.match(
    await buildError("import { lookup } from 'node:dns'\nlookup('x', () => {})\n", 'main'),
    'the QuickJS runtime has no node:dns',
  )
})

test('values that differ between processes cannot be read at build time', async () => {
  for (const expression of ['process.env.PATH', 'process.pid', 'process.ppid', 'Math.random()', 'performance.now()'])
    assert.match(
      await buildError(`export const early = ${expression}`, 'prepare'),
      'values of the process are not available while the executable is built',
    )
})

test.run()
