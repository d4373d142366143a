import type { SpawnSyncReturns } from 'node:child_process'
import { errnoCode } from '../cni/error.js'
import { sleep } from './sleep.js'

/** A plugin file that is being written right now cannot be run. */
const busyRetry = { tries: 6, milliseconds: 1000 }

/** Bytes of stdout and stderr together. No result and no error message is longer. */
export const maxOutput = 16 * 1024 * 1024

/** Environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A program that has ended, or was never started. */
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
 * Runs a program to its end, with no arguments. If this process is killed, the kernel kills the program. If it prints more
 * than `maxOutput`, it is stopped: the executable sends SIGTERM, and SIGKILL two seconds later; Node, which can send only
 * one signal, sends SIGKILL.
 *
 * A signal that this process gets is not passed on. host-local makes the file of a reservation and then writes to it whose
 * it is: stopped in between, it leaves an address that no DEL releases. So the program comes to its end, and what it
 * assigned is taken back. A runtime that does not want to wait for that sends SIGKILL.
 */
export function run(file: string, options: RunOptions): Finished {
  for (let attempt = 1; ; attempt++) {
    const finished = runOnce(file, options)
    if (errnoCode(finished.error) !== 'ETXTBSY' || attempt === busyRetry.tries) return finished
    sleep(busyRetry.milliseconds)
  }
}

function runOnce(file: string, { input, env, endWithParent }: RunOptions): Finished {
  // Loaded only when a program is run: it takes a noticeable part of the whole start-up.
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const options = { input, env, maxBuffer: maxOutput, killSignal: 'SIGKILL' } as const
  if (endWithParent === undefined) return finishedOf(spawnSync(file, [], options))
  const args = [...endWithParent, String(process.pid), file]
  const child = spawnSync(process.execPath, args, { ...options, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] })
  const errno = Number(child.output?.[3]?.toString() ?? 0)
  return errno === 0 ? finishedOf(child) : { ...finishedOf(child), isStarted: false, error: spawnError(file, errno) }
}

function finishedOf({ pid, status, signal, error, stdout, stderr }: SpawnSyncReturns<Buffer>): Finished {
  // A program that does not read its input to the end is not wrong.
  return { status, signal, stdout, stderr, isStarted: pid > 0, error: errnoCode(error) === 'EPIPE' ? undefined : error }
}

/** The error that Node has for a program that it could not start. */
function spawnError(file: string, errno: number): Error {
  const code = process.getBuiltinModule('node:util').getSystemErrorName(-errno)
  return Object.assign(new Error(`spawnSync ${file} ${code}`), { code, errno: -errno })
}
