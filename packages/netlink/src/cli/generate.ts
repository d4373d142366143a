import { readFileSync } from 'node:fs'
import { ArgumentError } from '../codec/error.js'
import { generate as moduleOf, parseSpec, SpecError } from '../spec/index.js'
import { type Command, command } from './command.js'
import type { Declaration } from './declaration.js'

const declaration = {
  description: [
    'Prints a module in TypeScript that declares a family of netlink as the YAML spec SPEC describes it.',
    'Specs are in Documentation/netlink/specs/ of the kernel. Programs that read a spec when they run call loadSpec() of @netloom/netlink/spec instead.',
  ],
  operands: { usage: 'SPEC', help: 'a YAML file; - reads standard input', completes: 'file', least: 1, most: 1 },
  options: {},
  examples: [['netloom generate netdev.yaml > netdev.ts', 'Declares the family netdev']],
  exitCodes: {
    0: 'the module was printed',
    1: 'the file cannot be read, or is no valid spec; nothing was printed',
    2: 'the arguments are wrong',
  },
} as const satisfies Declaration

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new ArgumentError(`${file}: expected a file that this user can read: ${(error as Error).message}`)
  }
}

/** The command `netloom generate`. */
export const generate: Command = command(declaration, async ({ operands: [file = '-'] }, out) => {
  try {
    out.lines(moduleOf(await parseSpec(textOf(file))))
    return 0
  } catch (error) {
    if (!(error instanceof SpecError)) throw error
    out.complain(`${file === '-' ? 'standard input' : file}: ${error.message}`)
    return 1
  }
})
