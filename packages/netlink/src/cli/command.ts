import type { Styled } from '../inspect/index.js'
import type { Declaration, Parsed } from './declaration.js'
import { parse } from './parse.js'

/** A command of `netloom`. */
export interface Command {
  /** Its options, operands, examples and exit codes. Help, manual page and completion are derived from it. */
  readonly declaration: Declaration
  /** Runs the command and returns the exit code. @throws {UsageError} if the arguments are invalid */
  run(args: readonly string[], out: Printer): number | Promise<number>
}

/** A command of the table. */
export interface ListedCommand {
  /** One line in the output of `netloom --help`. */
  readonly summary: string
  /** Commands are loaded on demand, so that a command does not load the imports of the others. */
  readonly load: () => Promise<Command>
}

/** Output of a command. */
export interface Printer {
  /** Prints a line. It may be buffered. */
  line(text: string): void
  /** Prints a line of parts, whose texts contain no control characters. It may be buffered. */
  styled(parts: readonly Styled[], isColoured: boolean): void
  /** Prints complete lines, which end in a line break and contain no other control characters. They may be buffered. */
  lines(text: string): void
  /** Writes all buffered lines. Call it before waiting. */
  flush(): void
  /** Writes all buffered lines, then prints a line on standard error. */
  complain(text: string): void
}

/** Creates a command. `run` gets the arguments as its declaration describes them. */
export const command = <const D extends Declaration>(
  declaration: D,
  run: (args: Parsed<D>, out: Printer) => number | Promise<number>,
): Command => ({ declaration, run: (args, out) => run(parse(declaration, args), out) })
