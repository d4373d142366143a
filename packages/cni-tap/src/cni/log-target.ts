import type { Environment } from '../system/run-program.js'
import { absolutePathProblem, isLogLevel, type LogLevel, logKeys } from './config-keys.js'
import { childMark } from './environment.js'

/** Environment variable with the path of a log, for calls whose configuration has no `logFile`. */
export const logVariable = 'NETLOOM_CNI_LOG'

/** A log file, and what to write to it. */
export interface LogTarget {
  readonly file: string
  readonly level: LogLevel
  /** Reason why the file cannot be a log; undefined if it can. */
  readonly problem: string | undefined
}

/** Parts of a call that show whether it has a log. */
export interface LoggedProcess {
  readonly env: Environment
  readonly parent: number
}

/**
 * Returns the log of a call, or undefined. Values of the wrong type count as absent here: the commands that validate the
 * configuration report them. A child process with another SELinux label has no log, because its parent writes the line.
 */
export function logTargetOf(json: Record<string, unknown>, { env, parent }: LoggedProcess): LogTarget | undefined {
  const { logFile, logLevel } = logKeys.decode(json, '')
  const file = logFile ?? env[logVariable] ?? ''
  if (file === '' || env[childMark] === String(parent)) return undefined
  const level = logLevel !== undefined && isLogLevel(logLevel) ? logLevel : 'info'
  return { file, level, problem: absolutePathProblem(file) }
}

/** Receives what happens in a call. */
export interface Log {
  /** Begins a step, and ends the one before. */
  step(name: string): void
  /** Adds a fact for the level `debug`. Calls `value` only then. It must not return secrets: only values of known keys. */
  detail(name: string, value: () => unknown): void
}

/** The log of a call without one. */
export const noLog: Log = { step() {}, detail() {} }
