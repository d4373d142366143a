import { ConfirmError, confirmApplied, UnwatchedChangeError } from '../../plan/index.js'
import { type Command, command } from '../command.js'
import type { Declaration } from '../declaration.js'
import { EXIT } from './exit.js'
import { journalOperand } from './help.js'

const declaration = {
  description: [
    'Keeps the changes that netloom apply --confirm-within has made.',
    'If the process that would undo them was killed, they are kept only with --unwatched: perhaps the time is over.',
  ],
  operands: journalOperand,
  options: {
    unwatched: { help: 'keeps them also if the process that would undo them was killed' },
  },
  examples: [['netloom confirm 0123456789abcdef', 'Keeps the changes']],
  exitCodes: {
    0: 'the changes are kept',
    1: 'JOURNAL is not valid, or the machine refuses',
    2: 'the arguments are wrong',
    4: 'refused: the process that would undo the changes was killed',
    5: 'undone: the time is over',
  },
} as const satisfies Declaration

/** The command `netloom confirm`. */
export const confirm: Command = command(declaration, ({ options, operands: [journal = ''] }, out) => {
  try {
    confirmApplied(journal, options)
    return EXIT.nothing
  } catch (error) {
    if (!(error instanceof ConfirmError || error instanceof UnwatchedChangeError)) throw error
    out.complain(error.message)
    return error instanceof ConfirmError ? EXIT.undone : EXIT.refused
  }
})
