import type { SpawnSyncReturns } from 'node:child_process'
import { sleep } from '@netloom/netlink/socket'
import { errnoCode } from '../cni/error.js'

/** Retries if a file cannot be executed because a process has it open for writing (ETXTBSY). */
const busyRetry = { tries: 6, milliseconds: 1000 }

/** Maximum size of stdout and of stderr in bytes; in the executable, of both together. Results and error messages are shorter. */
export const maxOutput = 16 * 1024 * 1024

/** Environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Outcome of a program. It may not have started at all. */
export interface Finished {
  readonly status: number | null
  readonly signal: string | null
  readonly error: Error | undefined
  readonly isStarted: boolean
  readonly stdout: Buffer
  readonly stderr: Buffer
}

export interface RunOptions {
  readonly input: Buffer
  readonly env: Environment
  /** See `Process`. */
  readonly endWithParent?: readonly string[] | undefined
}

/**
 * Runs a program without arguments and waits for its end. If this process is killed, the kernel kills the program (on Node, only with
 * `endWithParent`). A program that prints more than `maxOutput` is killed. The executable sends SIGTERM first, and SIGKILL after two
 * seconds. Node sends SIGKILL at once, because `spawnSync` sends only one signal.
 * Signals to this process are not forwarded. host-local creates the file of a reservation before it writes the owner to it. If it
 * were killed in between, no DEL could release the address. So the program runs to its end, and the addresses are released again.
 * A runtime that does not want to wait can send SIGKILL.
 */
export function run(file: string, options: RunOptions): Finished {
  for (let attempt = 1; ; attempt++) {
    const finished = runOnce(file, options)
    if (errnoCode(finished.error) !== 'ETXTBSY' || attempt === busyRetry.tries) return finished
    sleep(busyRetry.milliseconds)
  }
}

function runOnce(file: string, { input, env, endWithParent }: RunOptions): Finished {
  // Loaded only when needed, because loading it takes a noticeable part of the start-up.
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  // In a separate session, so that Ctrl-C in a terminal or a signal to our process group does not stop the program.
  const options = { input, env, maxBuffer: maxOutput, killSignal: 'SIGKILL', detached: true } as const
  if (endWithParent === undefined) return finishedOf(spawnSync(file, [], options))
  const args = [...endWithParent, String(process.pid), file]
  const child = spawnSync(process.execPath, args, { ...options, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] })
  const errno = Number(child.output?.[3]?.toString() ?? 0)
  return errno === 0 ? finishedOf(child) : { ...finishedOf(child), isStarted: false, error: spawnError(file, errno) }
}

function finishedOf({ pid, status, signal, error, ...output }: SpawnSyncReturns<Buffer>): Finished {
  // Node returns no output for a program that did not start.
  const { stdout, stderr } = { stdout: output.stdout ?? Buffer.alloc(0), stderr: output.stderr ?? Buffer.alloc(0) }
  // It is no error if the program does not read all of its input.
  return { status, signal, stdout, stderr, isStarted: pid > 0, error: errnoCode(error) === 'EPIPE' ? undefined : error }
}

/** Returns the error that Node would throw for a program that it cannot start. */
function spawnError(file: string, errno: number): Error {
  const code = process.getBuiltinModule('node:util').getSystemErrorName(-errno)
  const syscall = `spawnSync ${file}`
  return Object.assign(new Error(`${syscall} ${code}`), { code, errno: -errno, syscall, path: file, spawnargs: [] })
}
