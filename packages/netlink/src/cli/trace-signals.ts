import { readFileSync, readlinkSync } from 'node:fs'
import { codeOf } from '../codec/error.js'

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const

/** Signals that a terminal sends to all processes in its foreground. */
const ofTerminal: readonly string[] = ['SIGINT', 'SIGQUIT']

/** True if this process is in the foreground of its terminal. Then the traced processes are, too, and get the same signals. */
function isInForeground(): boolean {
  const stat = readFileSync('/proc/self/stat', 'latin1')
  // `pid (comm) state ppid pgrp session tty_nr tpgid …`, proc(5)
  const [, , pgrp, , , tpgid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return pgrp === tpgid
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // It has ended meanwhile.
    if (codeOf(error) !== 'ESRCH') throw error
  }
}

/**
 * Forwards the signals that this process gets, from its creation until this process ends: a signal must not replace the exit code of the
 * command. Signals that come before there is a process to get them wait for one.
 */
export class SignalForwarder {
  readonly #waiting: NodeJS.Signals[] = []
  #targets: (() => readonly number[]) | undefined

  constructor() {
    for (const name of forwarded) process.on(name, (signal) => this.#forward(signal))
  }

  /** Begins to forward, to the processes that `targets` returns. */
  begin(targets: () => readonly number[]): void {
    this.#targets = targets
    this.deliver()
  }

  /** Sends the signals that wait. Call it when there may be a process to get them. */
  deliver(): void {
    if (this.#waiting.length === 0) return
    const pids = this.#targets?.() ?? []
    if (pids.length === 0) return
    for (const signal of this.#waiting.splice(0)) for (const pid of pids) send(pid, signal)
  }

  #forward(signal: NodeJS.Signals): void {
    const hasBegun = this.#targets !== undefined
    if (hasBegun && ofTerminal.includes(signal) && isInForeground()) return
    this.#waiting.push(signal)
    this.deliver()
  }
}

/** True if there is a process with this id. */
export function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

/** True if /proc shows the process ids of this process's namespace. */
const hasOwnProc = () => readlinkSync('/proc/self') === String(process.pid)

/** Returns the id of the process that traces another one, or undefined if none does. Zombies are not traced. */
function tracerIdOf(pid: number | string): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    const tracer = /^TracerPid:\s*(\d+)$/m.exec(status)?.[1]
    return tracer === '0' || /^State:\s*[ZX]/m.test(status) ? undefined : tracer
  } catch {
    return undefined
  }
}

/** Returns the process that traces another one as `strace[847]`, or undefined if none does. */
export function tracerOf(pid: number | string): string | undefined {
  const tracer = tracerIdOf(pid)
  if (tracer === undefined) return undefined
  try {
    return `${readFileSync(`/proc/${tracer}/comm`, 'latin1').trim()}[${tracer}]`
  } catch {
    return `process ${tracer}`
  }
}

/** Returns the processes that run and that `tracer` traces. The id of a process that has ended may be another process's now. */
export const tracedBy = (tracer: number | undefined, pids: readonly number[]): number[] =>
  hasOwnProc() ? pids.filter((pid) => tracerIdOf(pid) === String(tracer)) : [...pids]
