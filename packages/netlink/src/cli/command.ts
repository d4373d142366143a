import { type ParseArgsConfig, parseArgs } from 'node:util'
import { codeOf } from '../codec/error.js'

/** A command of `netloom`. */
export interface Command {
  /** One line in the output of `netloom --help`. */
  readonly summary: string
  /** Output of `netloom COMMAND --help`. */
  readonly help: string
  /** Runs the command and returns the exit code. @throws {UsageError} if the arguments are invalid */
  run(args: readonly string[], out: Printer): number | Promise<number>
}

/** Output of a command. */
export interface Printer {
  /** Prints a line. It may be buffered. */
  line(text: string): void
  /** Writes all buffered lines. Call it before waiting. */
  flush(): void
  /** Writes all buffered lines, then prints a line on standard error. */
  complain(text: string): void
}

/** Thrown for wrong arguments. `netloom` ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'ERR_NETLOOM_USAGE'
}

/** Calls `parseArgs` of node:util. @throws {UsageError} in place of its errors */
export function parse<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    if (!(error instanceof Error && codeOf(error)?.startsWith('ERR_PARSE_ARGS_'))) throw error
    throw new UsageError(error.message.replaceAll('\n', ' '))
  }
}
