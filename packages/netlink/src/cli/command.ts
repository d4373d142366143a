import { type ParseArgsConfig, parseArgs } from 'node:util'

/** A command of `netloom`. */
export interface Command {
  /** One line of `netloom --help`. */
  readonly summary: string
  /** Text of `netloom COMMAND --help`. */
  readonly help: string
  /** Runs the command and returns the exit code. @throws {UsageError} if the arguments are invalid */
  run(args: readonly string[], out: Printer): number | Promise<number>
}

/** Output of a command. */
export interface Printer {
  /** Prints a line, maybe later. */
  line(text: string): void
  /** Sees to it that all lines are out, as before something is awaited. */
  flush(): void
  /** Prints all lines, then one on standard error. */
  complain(text: string): void
}

/** The arguments are wrong: `netloom` ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** `parseArgs` of node:util, whose complaints become {@link UsageError}s. */
export function parse<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw code?.startsWith('ERR_PARSE_ARGS_') ? new UsageError(message.replaceAll('\n', ' ')) : error
  }
}
