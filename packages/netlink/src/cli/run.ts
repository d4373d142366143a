import { codeOf } from '../codec/error.js'
import { commands } from './commands.js'
import { UsageError } from './declaration.js'
import { help } from './help.js'
import { parse, unknown } from './parse.js'
import { ClosedPipeError, complain, printer, writeAll } from './printer.js'

/** Options of the program, for the nearest one to a wrong first argument. */
const programOptions = ['--help', '--version']

const isCommand = (name: string | undefined): name is string => name !== undefined && Object.hasOwn(commands, name)

function unknownCommand(name: string | undefined): UsageError {
  if (name === undefined) return new UsageError('a command is missing')
  return name.startsWith('-')
    ? unknown('option', name, programOptions)
    : unknown('command', name, Object.keys(commands))
}

async function runCommand([name, ...args]: readonly string[]): Promise<number> {
  const listed = isCommand(name) ? commands[name] : undefined
  if (!isCommand(name) || listed === undefined) throw unknownCommand(name)
  const command = await listed.load()
  if (parse(command.declaration, args).isHelp) {
    writeAll(1, help(name, listed.summary, command.declaration))
    return 0
  }
  const out = printer(1)
  try {
    return await command.run(args, out)
  } finally {
    out.flush()
  }
}

/** Runs the command that the arguments name. Prints errors, and returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    return await runCommand(args)
  } catch (error) {
    if (error instanceof ClosedPipeError) return 0
    if (error instanceof UsageError) {
      complain(error.message)
      writeAll(2, `Try netloom ${isCommand(args[0]) ? `${args[0]} ` : ''}--help\n`)
      return 2
    }
    // Errors of the system or the kernel have a code. Any other error is a bug in netloom.
    complain(error instanceof Error && codeOf(error) ? error.message : `internal error: ${String(error)}`)
    return 1
  }
}
