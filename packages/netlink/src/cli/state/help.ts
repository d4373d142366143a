import type { Operands, Section } from '../declaration.js'

/** The operand of commands that read a desired state. */
export const fileOperand = {
  usage: 'FILE',
  help: "the desired state: JSON, '-' for JSON on standard input, or a module (.js, .mjs, .ts …) whose default export is the state or a function that returns it",
  least: 1,
  most: 1,
  completes: 'file',
} as const satisfies Operands

/** The operand of commands on a change that is to be confirmed. */
export const journalOperand = {
  usage: 'JOURNAL',
  help: 'the 16 hexadecimal digits that netloom apply prints',
  least: 1,
  most: 1,
} as const satisfies Operands

/** Describes files and plans. */
export const stateSections: readonly Section[] = [
  {
    title: 'Members of a file',
    rows: [
      [
        'links, addresses, routes, rules, nexthops, neighbours, qdiscs',
        'lists of objects, as nl.plan of the API has them',
      ],
      ['mark', 'protocol number that new objects get, from 5 to 255'],
      ['prune', 'lists whose objects with mark are removed unless they are in the file'],
    ],
  },
  {
    title: 'Lines of a plan',
    rows: [
      ['+', 'adds an object'],
      ['~', 'changes or replaces an object'],
      ['–', 'removes an object'],
      ['!', 'a conflict: the plan cannot be applied'],
    ],
  },
]
