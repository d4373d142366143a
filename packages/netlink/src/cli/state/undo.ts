import { titleOf } from '../../plan/errors.js'
import { ConfirmError, PlanBusyError, undoApplied } from '../../plan/index.js'
import { reasonOf } from '../../plan/print.js'
import { type Command, command } from '../command.js'
import type { Declaration } from '../declaration.js'
import { netnsOption } from '../options.js'
import { EXIT } from './exit.js'
import { journalOperand } from './help.js'

const declaration = {
  description: [
    'Undoes the changes that netloom apply --confirm-within has made, if the process that would undo them was killed.',
    'As long as that process runs, it undoes them itself when the time is over.',
  ],
  operands: journalOperand,
  options: { netns: netnsOption },
  examples: [['netloom undo 0123456789abcdef', 'Undoes the changes']],
  exitCodes: {
    0: 'all changes were undone',
    1: 'JOURNAL is not valid, or names changes of another network namespace; or the kernel or the machine refuses',
    2: 'the arguments are wrong',
    4: 'refused: the changes were confirmed or undone, or another process will undo them',
    6: 'a part of the changes is left',
  },
} as const satisfies Declaration

/** The command `netloom undo`. */
export const undo: Command = command(declaration, ({ options: { netns }, operands: [journal = ''] }, out) => {
  try {
    const { undone, left } = undoApplied(journal, { netns })
    for (const step of undone) out.line(` ↶ ${titleOf(step)}`)
    for (const { step, errors } of left) out.line([` ! ${titleOf(step)}`, ...errors.map(reasonOf)].join('  '))
    out.line(`${undone.length} undone, ${left.length} left`)
    return left.length === 0 ? EXIT.nothing : EXIT.left
  } catch (error) {
    if (!(error instanceof ConfirmError || error instanceof PlanBusyError)) throw error
    out.complain(error.message)
    return EXIT.refused
  }
})
