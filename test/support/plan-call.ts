import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Desired } from '@netloom/netlink'
import './built.js'

/** Starts a process that applies a state with `confirmWithin`, and waits. With `killAt`, it kills itself before that step. */
export function startCaller(netns: string, desired: Desired, confirmWithin: number, killAt = 0): ChildProcess {
  const program = fileURLToPath(new URL('plan-caller.mjs', import.meta.url))
  return spawn(process.execPath, [program, netns, JSON.stringify(desired), String(confirmWithin)], {
    env: { ...process.env, KILL_AT: String(killAt) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/**
 * Returns the first line that a process prints: the name of the journal.
 * @throws {Error} with its exit code, if the process ends without one
 */
export async function lineOf(child: ChildProcess): Promise<string> {
  const output = child.stdout as NodeJS.ReadableStream
  for await (const line of createInterface({ input: output })) return line
  const [code, signal] =
    child.exitCode === null && child.signalCode === null
      ? await once(child, 'exit')
      : [child.exitCode, child.signalCode]
  throw new Error(`expected a line of the process, got none before its end with ${signal ?? code}`)
}

/** Kills a process, and waits until it has ended. */
export async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** Returns the process that would undo a change. */
export const watcherOf = (journal: string): number =>
  Number(execFileSync('pgrep', ['-f', `watcher.*${journal}`], { encoding: 'utf8' }))

function isOver(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return /^State:\s[ZX]/m.test(status) && readdirSync(`/proc/${pid}/task`).length === 1
  } catch {
    return true
  }
}

/** Kills a process unless it has ended, and waits until it has, without letting the events of this process happen. */
export function killAtOnce(pid: number): void {
  if (!isOver(pid)) process.kill(pid, 'SIGKILL')
  // Its other threads hold its descriptors a moment longer.
  while (!isOver(pid)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
}

/** Kills the process that would undo a change. */
export const killWatcher = (journal: string): void => killAtOnce(watcherOf(journal))
