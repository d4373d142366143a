import type { SpawnSyncReturns } from 'node:child_process'
import { errnoCode } from '../cni/error.js'
import { sleep } from './sleep.js'

/** Retries for a file that cannot be executed because it is being written. */
const busyRetry = { tries: 6, milliseconds: 1000 }

/** Limit of stdout and of stderr in bytes. No result and no error message is longer. */
export const maxOutput = 16 * 1024 * 1024

/** Environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The outcome of a program, which may not have started. */
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
 * Runs a program without arguments and waits until it ends. If this process is killed, the kernel kills the program. If the program prints
 * more than `maxOutput`, it is stopped: the executable sends SIGTERM, and SIGKILL two seconds later. Node can send only one signal, and sends
 * SIGKILL.
 *
 * A signal to this process is not forwarded. host-local creates the file of a reservation and then writes the owner to it: if it were
 * stopped in between, an address would stay that no DEL releases. So the program ends by itself, and the addresses are released again. A
 * runtime that does not want to wait sends SIGKILL.
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
  // A session of its own: a terminal's Ctrl-C, or a signal to our process group, must not stop the program either.
  const options = { input, env, maxBuffer: maxOutput, killSignal: 'SIGKILL', detached: true } as const
  if (endWithParent === undefined) return finishedOf(spawnSync(file, [], options))
  const args = [...endWithParent, String(process.pid), file]
  const child = spawnSync(process.execPath, args, { ...options, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] })
  const errno = Number(child.output?.[3]?.toString() ?? 0)
  return errno === 0 ? finishedOf(child) : { ...finishedOf(child), isStarted: false, error: spawnError(file, errno) }
}

function finishedOf({ pid, status, signal, error, ...output }: SpawnSyncReturns<Buffer>): Finished {
  // Node returns no streams of a program that did not start.
  const { stdout, stderr } = { stdout: output.stdout ?? Buffer.alloc(0), stderr: output.stderr ?? Buffer.alloc(0) }
  // A program need not read its input to the end.
  return { status, signal, stdout, stderr, isStarted: pid > 0, error: errnoCode(error) === 'EPIPE' ? undefined : error }
}

/** Returns the error that Node throws for a program that it cannot start. */
function spawnError(file: string, errno: number): Error {
  const code = process.getBuiltinModule('node:util').getSystemErrorName(-errno)
  return Object.assign(new Error(`spawnSync ${file} ${code}`), { code, errno: -errno })
}
