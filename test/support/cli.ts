import { plainText } from '@netloom/netlink/inspect'
import { coloured } from '../../packages/netlink/dist/cli/colour.js'
import type { Command, Printer } from '../../packages/netlink/dist/cli/command.js'
import './built.js'

/** Output and exit code of a command. */
export interface Printed {
  readonly status: number
  readonly lines: readonly string[]
  readonly complaints: readonly string[]
}

/** Runs a command of `netloom` in this process. Throws the errors that the program would report as internal. */
export async function runHere(command: Command, ...args: string[]): Promise<Printed> {
  const lines: string[] = []
  const complaints: string[] = []
  const out: Printer = {
    line: (text) => void lines.push(text),
    styled: (parts, isColoured) => void lines.push(isColoured ? coloured(parts) : plainText(parts)),
    lines: (text) => void lines.push(...text.trimEnd().split('\n')),
    flush() {},
    complain: (text) => void complaints.push(text),
  }
  return { status: await command.run(args, out), lines, complaints }
}
