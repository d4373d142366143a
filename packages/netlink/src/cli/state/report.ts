import { toJson } from '../../codec/json.js'
import { titleOf } from '../../plan/errors.js'
import type { Step } from '../../plan/index.js'
import { type Outcome, outcomeLines, reasonOf } from '../../plan/print.js'
import type { Printer } from '../command.js'

/** Options of a command that say how it reports steps. */
interface ReportOptions {
  readonly json: boolean
  readonly verbose: boolean
}

const jsonLine = (members: object) => JSON.stringify(toJson(members))

/**
 * Returns the function that reports each step when it was done: as JSON on standard output, or as text on standard error, if that is a
 * terminal or `verbose` is true. Undefined if steps are not reported.
 */
export function progressOf(
  { json, verbose }: ReportOptions,
  total: number,
  out: Printer,
): ((step: Step) => void) | undefined {
  if (!json && !verbose && process.stderr.isTTY !== true) return undefined
  return (step) => {
    try {
      if (json) {
        out.line(jsonLine({ result: 'done', step }))
        out.flush()
      } else out.complain(`${step.id} of ${total}: ${titleOf(step)}`)
    } catch {
      // The reader may have gone, e.g. because of this very change. That must not undo it.
    }
  }
}

/** Prints the result of each step. With JSON, those that were done are already printed. */
export function showOutcome(outcome: Outcome, steps: readonly Step[], isJson: boolean, out: Printer): void {
  for (const line of isJson ? jsonLines(outcome) : outcomeLines(steps, outcome)) out.line(line)
}

const jsonLines = ({ failed, cause, undone = [], left = [] }: Outcome): string[] => [
  ...(failed ? [jsonLine({ result: 'failed', step: failed, reason: reasonOf(cause) })] : []),
  ...undone.map((step) => jsonLine({ result: 'undone', step })),
  ...left.map(({ step, errors }) => jsonLine({ result: 'left', step, reasons: errors.map(reasonOf) })),
]

/** Prints the numbers of steps at the end of JSON lines, and the journal of a change that is to be confirmed. */
export function showNumbers(
  { done, undone = [], left = [] }: Outcome,
  journal: string | undefined,
  out: Printer,
): void {
  out.line(jsonLine({ done: done.length, undone: undone.length, left: left.length, journal }))
}
