import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { codeOf } from '../codec/error.js'

/** Exit codes of shells for commands that cannot run, POSIX 2.8.2. */
export const CANNOT_RUN = 126
export const NOT_FOUND = 127

/** A command that cannot run, with the exit code that a shell would return. */
export interface Unrunnable {
  readonly exitCode: number
  readonly reason: string
}

/** Returns the name of the error if a file cannot run, or undefined. */
function problemOf(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return 'EACCES'
    accessSync(path, constants.X_OK)
    return undefined
  } catch (error) {
    return codeOf(error) ?? 'EACCES'
  }
}

/** Returns the reason why a command cannot run, or undefined. Looks it up in PATH as a shell does. */
export function unrunnable(command: string, path = process.env.PATH ?? ''): Unrunnable | undefined {
  const places = command.includes('/') ? [command] : path.split(delimiter).map((folder) => join(folder || '.', command))
  const problems = places.map(problemOf)
  if (problems.includes(undefined)) return undefined
  return problems.some((problem) => problem === 'EACCES')
    ? { exitCode: CANNOT_RUN, reason: `'${command}' is not an executable file that you may run` }
    : { exitCode: NOT_FOUND, reason: `there is no command '${command}'` }
}

/** Returns the reason why the kernel could not run a file, from the first line of a log of strace. Returns undefined if it ran. */
export function failedStart(command: string, firstLine: string): Unrunnable | undefined {
  const [, code] = /\bexecve\(.*\) += -1 (E\w+)/.exec(firstLine) ?? []
  if (code === undefined) return undefined
  return { exitCode: code === 'ENOENT' ? NOT_FOUND : CANNOT_RUN, reason: `the kernel cannot run '${command}': ${code}` }
}
