import { ConfirmError, confirmApplied } from '../../plan/index.js'
import { type Command, command } from '../command.js'
import type { Declaration } from '../declaration.js'
import { EXIT } from './exit.js'

const declaration = {
  description: ['Keeps the changes that netloom apply --confirm-within has made.'],
  operands: {
    usage: 'JOURNAL',
    help: 'the 16 hexadecimal digits that netloom apply prints',
    least: 1,
    most: 1,
  },
  options: {},
  examples: [['netloom confirm 0123456789abcdef', 'Keeps the changes']],
  exitCodes: {
    0: 'the changes are kept',
    1: 'JOURNAL is not valid, or the machine refuses',
    2: 'the arguments are wrong',
    5: 'undone: the time is over',
  },
} as const satisfies Declaration

/** The command `netloom confirm`. */
export const confirm: Command = command(declaration, ({ operands: [journal = ''] }, out) => {
  try {
    confirmApplied(journal)
    return EXIT.nothing
  } catch (error) {
    if (!(error instanceof ConfirmError)) throw error
    out.complain(error.message)
    return EXIT.undone
  }
})
