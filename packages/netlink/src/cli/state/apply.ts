import { Netlink } from '../../netlink.js'
import {
  type Applied,
  type AppliedSync,
  ApplyError,
  type ApplyOptions,
  NotSettledError,
  type Plan,
  PlanBusyError,
  PlanRefusedError,
  PlanStaleError,
  UnwatchedChangeError,
} from '../../plan/index.js'
import { type Command, command, type Printer } from '../command.js'
import type { Declaration, Parsed } from '../declaration.js'
import { netnsOption } from '../options.js'
import { EXIT } from './exit.js'
import { readState } from './file.js'
import { fileOperand, stateSections } from './help.js'
import { Interruption } from './interruption.js'
import { planOrComplain, showPlan } from './plan.js'
import { progressOf, showNumbers, showOutcome } from './report.js'

/** Milliseconds of the units of a time. */
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, '': 1000, m: 60_000, h: 3_600_000 }
const TIME = /^(\d{1,10})(ms|s|m|h|)$/

/** Returns the milliseconds of a time such as `60s`; undefined for an invalid one. */
function milliseconds(text: string): number | undefined {
  const [, count, unit = ''] = TIME.exec(text) ?? []
  const time = Number(count) * (units[unit] ?? Number.NaN)
  return time >= 1 && time <= 0x7fffffff ? time : undefined
}

const declaration = {
  description: [
    'Compares a desired state with the present one, and does the steps between them. If a step fails, the steps before it are undone.',
    'Objects and properties that the file does not name are left alone.',
    'SIGINT, SIGTERM and SIGHUP before the last step undo the steps too.',
    'With --confirm-within, another process undoes the steps after this time, unless netloom confirm is called before. It does so too if this process dies while it works.',
  ],
  operands: fileOperand,
  options: {
    'dry-run': { help: 'prints the steps and does nothing, like netloom plan' },
    'confirm-within': {
      value: 'TIME',
      expected: 'a time such as 60s, from 1ms to 596h',
      fits: (text: string) => milliseconds(text) !== undefined,
      help: 'undoes the steps after this time (60s, 5m) unless they are confirmed',
    },
    'allow-lossy': { help: 'allows steps that cannot be undone exactly, such as the removal of a link' },
    'keep-going': { help: 'leaves the steps before a failure as they are' },
    verbose: { short: 'v', help: 'prints each step on standard error when it is done, as it does on a terminal' },
    json: { help: 'prints the result of each step as a line of JSON; with --dry-run: the plan as a JSON object' },
    netns: netnsOption,
  },
  sections: [
    ...stateSections,
    {
      title: 'Lines of a result',
      rows: [
        ['✓', 'the step was done'],
        ['✗', 'the step failed, with the reason'],
        ['↶', 'the step was undone'],
        ['!', 'the step could not be undone, with the reason'],
      ],
    },
  ],
  examples: [
    ['netloom apply site.json --dry-run', 'Prints what would be done'],
    ['netloom apply site.json', 'Does it'],
    ['netloom apply site.json --confirm-within 60s', 'Undoes it after a minute unless it is confirmed'],
  ],
  exitCodes: {
    0: 'nothing to do: the state is the desired one',
    1: 'the file cannot be read, or has mistakes; or the kernel or the machine refuses. Nothing was changed',
    2: 'the arguments are wrong',
    3: 'changed: all steps were done; with --dry-run, there are steps to do',
    4: 'refused: the plan has conflicts, or steps that need --allow-lossy, or another process changes the state, or waits for the confirmation of its change. Nothing was changed',
    5: 'undone: a step failed or a signal came, and all steps before it were undone',
    6: 'a step failed or a signal came, and something is left; or the state is not the desired one after all steps',
  },
} as const satisfies Declaration

type Options = Parsed<typeof declaration>['options']

/** True for an error of a plan of which nothing was done. */
const isRefusal = (error: unknown): error is Error =>
  [PlanRefusedError, PlanStaleError, PlanBusyError, UnwatchedChangeError].some((type) => error instanceof type)

/** Prints how a plan that was not applied ended, and returns the exit code. */
function failed(error: unknown, steps: Plan['steps'], options: Options, out: Printer): number {
  const { json } = options
  if (error instanceof ApplyError) {
    const { step, cause, done, undone, left } = error
    showOutcome({ done, failed: step, cause, undone, left }, steps, json, out)
    const isUndone = left.length === 0
    const result = isUndone ? 'nothing was changed' : 'something is left'
    if (json) showNumbers(error, undefined, out)
    else out.line(`${result}: ${done.length} done, ${undone.length} undone, ${left.length} left`)
    if (step === undefined) out.complain(error.message)
    return isUndone ? EXIT.undone : EXIT.left
  }
  if (error instanceof NotSettledError) {
    showOutcome(error.applied, steps, json, out)
    showConfirmation(error.applied, options, out)
    out.complain(error.message)
    return EXIT.left
  }
  if (isRefusal(error)) {
    out.complain(error.message)
    return EXIT.refused
  }
  throw error
}

/** Prints how to keep steps that would be undone, and the end of JSON lines. */
function showConfirmation(applied: Applied | AppliedSync, options: Options, out: Printer): void {
  const journal = 'journal' in applied ? applied.journal : undefined
  if (options.json) showNumbers(applied, journal, out)
  else if (journal !== undefined)
    out.line(`undone in ${options['confirm-within']} unless confirmed: netloom confirm ${journal}`)
}

function showApplied(applied: Applied, { steps }: Plan, options: Options, out: Printer): void {
  const { json } = options
  showOutcome(applied, steps, json, out)
  if (!json) out.line(`changed: ${applied.done.length} done`)
  showConfirmation(applied, options, out)
}

const applyOptions = (options: Options): ApplyOptions => ({
  allowLossy: options['allow-lossy'],
  onFailure: options['keep-going'] ? 'stop' : 'undo',
  confirmWithin: options['confirm-within'] === undefined ? undefined : milliseconds(options['confirm-within']),
})

/** The command `netloom apply`. */
export const apply: Command = command(declaration, async ({ options, operands: [file = '-'] }, out) => {
  const { 'dry-run': isDry, json, netns } = options
  const desired = await readState(file)
  using nl = Netlink.open({ netns })
  const plan = await planOrComplain(nl, desired, out)
  if (plan === undefined) return EXIT.refused
  if (isDry || plan.conflicts.length > 0) return showPlan(plan, json, out)
  try {
    if (plan.isEmpty) {
      // The state can still have to settle.
      await plan.apply()
      return showPlan(plan, json, out)
    }
    const onStep = progressOf(options, plan.steps.length, out)
    using interruption = new Interruption()
    const applied = await plan.apply({ ...applyOptions(options), onStep, signal: interruption.signal })
    showApplied(applied, plan, options, out)
    return EXIT.changed
  } catch (error) {
    return failed(error, plan.steps, options, out)
  }
})
