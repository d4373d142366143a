import { Netlink } from '../../netlink.js'
import { type Desired, type Plan, UnwatchedChangeError } from '../../plan/index.js'
import { type Command, command, type Printer } from '../command.js'
import type { Declaration } from '../declaration.js'
import { netnsOption } from '../options.js'
import { EXIT } from './exit.js'
import { readState } from './file.js'
import { fileOperand, stateSections } from './help.js'

const declaration = {
  description: [
    'Compares a desired state with the present one, and prints the steps between them. Changes nothing.',
    'Objects and properties that the file does not name are left alone.',
  ],
  operands: fileOperand,
  options: {
    json: { help: 'prints the plan as a JSON object' },
    netns: netnsOption,
  },
  sections: stateSections,
  examples: [
    ['netloom plan site.json', 'Prints what netloom apply would do'],
    ['netloom capture-state | netloom plan -', 'Finds nothing to do'],
  ],
  exitCodes: {
    0: 'nothing to do: the state is the desired one',
    1: 'the file cannot be read, or has mistakes; or the kernel or the machine refuses',
    2: 'the arguments are wrong',
    3: 'there are steps to do',
    4: 'refused: the plan has conflicts, or a change before it was neither confirmed nor undone',
  },
} as const satisfies Declaration

/** Prints a plan, and returns the exit code. */
export function showPlan(plan: Plan, isJson: boolean, out: Printer): number {
  const text = isJson ? JSON.stringify(plan) : String(plan)
  for (const line of text.split('\n')) out.line(line)
  if (plan.conflicts.length > 0) return EXIT.refused
  return plan.isEmpty ? EXIT.nothing : EXIT.changed
}

/** Plans a state. Returns undefined, and prints why, if a change before it must be confirmed or undone first. */
export async function planOrComplain(nl: Netlink, desired: Desired, out: Printer): Promise<Plan | undefined> {
  try {
    return await nl.plan(desired)
  } catch (error) {
    if (!(error instanceof UnwatchedChangeError)) throw error
    out.complain(error.message)
    return undefined
  }
}

/** The command `netloom plan`. */
export const plan: Command = command(declaration, async ({ options: { json, netns }, operands: [file = '-'] }, out) => {
  const desired = await readState(file)
  using nl = Netlink.open({ netns })
  const planned = await planOrComplain(nl, desired, out)
  return planned === undefined ? EXIT.refused : showPlan(planned, json, out)
})
