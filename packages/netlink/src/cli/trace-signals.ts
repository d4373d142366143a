import { readFileSync } from 'node:fs'
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

/** Sends a signal to a process. Returns false if it has ended. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error
  }
}

/**
 * Forwards the signals that this process gets to the processes that `targets` returns, until this process ends: a signal must not replace
 * the exit code of the command.
 */
export function forwardSignals(targets: () => readonly number[]): void {
  for (const name of forwarded) {
    process.on(name, (signal) => {
      if (ofTerminal.includes(signal) && isInForeground()) return
      for (const pid of targets()) send(pid, signal)
    })
  }
}
