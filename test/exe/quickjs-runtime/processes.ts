import { readdirSync } from 'node:fs'
import { constants, endianness } from 'node:os'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import { type Cases, outcome } from './cases.js'

const { spawnSync } = process.getBuiltinModule('node:child_process')
const { createHash } = process.getBuiltinModule('node:crypto')

const env = { PATH: '/usr/bin:/bin', GREETING: 'hello', UNSET: undefined }

interface Options {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string
  readonly maxBuffer?: number
  readonly detached?: boolean
}

function run(script: string, { input = '', ...options }: Options = {}) {
  const child = spawnSync('/bin/sh', ['-c', script], { input: Buffer.from(input), env, ...options })
  const { status, signal, stdout, stderr, error } = child
  return {
    status,
    signal,
    stdout: [stdout.length, stdout.toString('latin1', 0, 100)],
    stderr: stderr.toString(),
    error:
      error &&
      outcome(() => {
        throw error
      }),
    hasPid: child.pid > 0,
  }
}

function program(file: string, args: readonly string[] = []) {
  return outcome(() => {
    const { status, signal, error } = spawnSync(file, args, { input: Buffer.alloc(0), env })
    return {
      status,
      signal,
      error:
        error &&
        outcome(() => {
          throw error
        }),
      spawnargs: (error as { spawnargs?: unknown } | undefined)?.spawnargs,
    }
  })
}

const fatalSignals = [
  'HUP',
  'INT',
  'QUIT',
  'ILL',
  'TRAP',
  'ABRT',
  'BUS',
  'FPE',
  'KILL',
  'USR1',
  'SEGV',
  'USR2',
  'PIPE',
  'ALRM',
  'TERM',
  'XCPU',
  'VTALRM',
  'PROF',
  'IO',
  'PWR',
  'SYS',
  'STKFLT',
]

/** Returns the number of leaked descriptors after children that succeeded, failed and did not start. */
function descriptorsLeft(): number[] {
  const open = () => readdirSync('/proc/self/fd').length
  const before = open()
  for (const file of ['/bin/true', '/bin/false', '/missing']) for (let time = 0; time < 5; time++) program(file)
  run('head -c 70000 /dev/zero', { maxBuffer: 10 })
  return [open() - before]
}

const folder = process.env.TEST_FOLDER ?? ''

export const processCases: Cases = {
  'exit code of a child': () => [0, 1, 7, 255].map((code) => run(`exit ${code}`)),
  'a signal': () => fatalSignals.map((name) => run(`ulimit -c 0; kill -${name} $$`)),
  'environment of a child': () => run('env | grep -v ^PWD= | grep -v ^_= | grep -v ^SHLVL= | sort'),
  'input of a child': () => ['', 'short', 'x'.repeat(1_000_000)].map((input) => run('md5sum', { input })),
  // Node reports an error here; the QuickJS runtime does not. The plugin checks the exit status of the child.
  'input that the child does not read': () =>
    ['exec <&-; echo done', 'head -c 3'].map((script) => ({
      ...run(script, { input: 'x'.repeat(300_000) }),
      error: '',
    })),
  'stdout and stderr at once': () => run('head -c 500000 /dev/zero; echo mistake >&2; head -c 400000 /dev/zero'),
  'signal dispositions of a child': () => run("grep -E '^Sig(Blk|Ign):' /proc/self/status"),
  'exit after closing all streams': () => run('exec <&- >&- 2>&-; sleep 0.1; exit 3'),
  'more than a pipe holds, in both directions': () =>
    run('cat; cat /dev/zero | head -c 70000 >&2', { input: '12345'.repeat(100_000) }),
  'no zombie or descriptor is left': () => [
    run('for pid in $(cat /proc/$PPID/task/*/children); do grep ^State:.Z /proc/$pid/status; done'),
    ...descriptorsLeft(),
  ],
  'lone surrogates': () => [
    run('printf %s "$ODD" | md5sum', { env: { ...env, ODD: 'x\ud83dy' } }),
    program('/bin/echo\udc00', ['\ud83d']),
    spawnSync('/bin/echo', ['\ud83d'], { input: Buffer.alloc(0), env }).stdout.toString('hex'),
  ],
  // The program's process ID, session and process group are equal only in a new session.
  'the session of a child': () => {
    const compare =
      'read -r pid name state parent group session rest </proc/$$/stat; test $pid = $group && test $pid = $session'
    return [false, true].map((detached) => run(compare, { detached }).status)
  },
  'descriptors of a child': () => run('ls /proc/self/fd'),
  // The amount of output before the child is killed varies.
  'more output than maxBuffer': () => [
    run('head -c 2000 /dev/zero; exec sleep 5', { maxBuffer: 1000 }),
    { ...run('head -c 3000000 /dev/zero'), stdout: '' },
  ],
  'unlimited output': () => run('head -c 3000000 /dev/zero', { maxBuffer: Number.POSITIVE_INFINITY }),
  'more output than maxBuffer, on two streams': () =>
    run('head -c 600 /dev/zero; head -c 600 /dev/zero >&2; exec sleep 5', { maxBuffer: 1000 }),
  'exactly maxBuffer bytes of output': () => run('head -c 1000 /dev/zero', { maxBuffer: 1000 }),
  'a grandchild that keeps writing': () => run('(sleep 0.1; echo late) & echo early'),
  'files that cannot be executed': () =>
    ['missing', 'file', 'folder', 'no-interpreter'].map((name) => program(`${folder}/${name}`, ['a', 'b'])),
  'NUL in a path or argument': () => [program('/bin/tr\0ue'), program('/bin/true', ['a\0b'])],
  'characters beyond ASCII': () => run('printf %s "$0 $GREETING"; printf "\\377"'),
  sha256: () =>
    [
      '',
      'abc',
      'x'.repeat(55),
      'x'.repeat(56),
      'x'.repeat(63),
      'x'.repeat(64),
      'x'.repeat(119),
      'x'.repeat(120),
      'x'.repeat(3_000_000),
      'gr\u00fc\u00df'.repeat(100),
    ].map((text) => createHash('sha256').update(text).digest('hex')),
  sha512: () =>
    ['', 'abc', 'x'.repeat(111), 'x'.repeat(112), 'x'.repeat(128), 'gr\u00fc\u00df'.repeat(100)].map((text) =>
      createHash('sha512').update(text).digest('hex'),
    ),
  'sha256 in parts': () => createHash('sha256').update('a').update(Buffer.from('bc')).digest('hex'),
  errno: () => Object.entries(constants.errno).sort(),
  signals: () => Object.entries(constants.signals).sort(),
  endianness: () => endianness(),
  architecture: () => process.arch,
  environment: () =>
    Object.entries(process.env)
      .filter(([name]) => name.startsWith('TEST_') || name === '__proto__')
      .sort(),
  parent: () =>
    process.ppid ===
    Number(
      spawnSync('/bin/sh', ['-c', `awk '/^PPid/{print $2}' /proc/${process.pid}/status`], {
        input: Buffer.alloc(0),
        env,
      }).stdout.toString(),
    ),
  'new Function works or throws EvalError': () => {
    const result = outcome(() => new Function('return 1')())
    return result === 1 || (result as Error).name === 'EvalError'
  },
}

/** Checks that signals are delivered in a turn of the event loop, and not before. */
export async function signalCases(): Promise<unknown> {
  const caught: string[] = []
  for (const name of ['SIGTERM', 'SIGHUP'] as const) process.on(name, (signal) => caught.push(signal))
  run('kill -TERM $PPID; kill -HUP $PPID')
  const before = [...caught]
  await turn()
  await turn()
  const between = [...caught].sort()
  run('kill -TERM $PPID')
  const slept = performance.now()
  await pause(20)
  await turn()
  return { before, between, after: [...caught].sort(), hasSlept: performance.now() - slept > 15 }
}
