import type { Change } from '../api/run/ensure.js'
import { printable } from '../codec/index.js'
import type { NotUndone, PlanJson, Step } from './types.js'

const signs = { add: '+', change: '~', replace: '~', remove: '–' } as const

const SHORT: Readonly<Record<string, string>> = { address: 'addr', nexthop: 'nexthop', neighbour: 'neigh' }

/** Returns a value as `ip` prints it. */
function text(value: unknown): string {
  if (value === undefined || value === '') return '–'
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(text).join(',')
  if (typeof value !== 'object' || value === null) return String(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  const [[first, only] = ['', ''], ...more] = members
  // A link, or a member of a group.
  if (more.length === 0 && ['name', 'id', 'index'].includes(first)) return text(only)
  return members.map(([key, member]) => `${key} ${text(member)}`).join(' ')
}

/** Returns an option without the name of its group. */
const option = (key: string) => key.replace(/^(data|slaveData|options|flags)\./, '')

/** Returns the options of a new object: `bridge vlanFiltering 1`. */
const ofNew = (changes: readonly Change[]) =>
  changes.map(({ key, after }) => (key === 'kind' ? text(after) : `${option(key)} ${text(after)}`)).join('  ')

/** Widths of the columns of steps. */
interface Widths {
  readonly id: number
  readonly object: number
  readonly key: number
}

/** Returns the columns that all steps have: ` 2 ~ link   eth1     `. */
const columnsOf = ({ id, object, key }: Step, sign: string, widths: Widths) =>
  `${String(id).padStart(widths.id)} ${sign} ${(SHORT[object] ?? object).padEnd(widths.object)} ${key.padEnd(widths.key)}`

/** Returns a line of a plan: ` 2 ~ link   eth1       master – → br0   after 1`. */
function lineOf(step: Step, widths: Widths): string {
  const { verb, changes, after, disrupts, reason } = step
  const what =
    verb === 'add'
      ? ofNew(changes)
      : changes.map((each) => `${option(each.key)} ${text(each.before)} → ${text(each.after)}`).join('  ')
  const notes = [
    ...(after.length > 0 ? [`after ${shortList(after)}`] : []),
    ...(disrupts === undefined ? [] : [`disrupts: ${disrupts}`]),
    ...(reason === undefined ? [] : [reason]),
  ]
  const parts = [columnsOf(step, signs[verb], widths), what, ...notes].filter((part) => part !== '')
  return printable(parts.join('  ')).trimEnd()
}

/** Number of steps of `after` that a line names. */
const MOST = 4

const shortList = (ids: readonly number[]) =>
  ids.length > MOST ? `${ids.slice(0, MOST).join(', ')}, …` : ids.join(', ')

function widthsOf(steps: readonly Step[]): Widths {
  const widest = (lengths: readonly number[], most: number) => Math.min(most, Math.max(1, ...lengths))
  return {
    id: Math.max(2, String(steps.length).length),
    object: widest(
      steps.map(({ object }) => (SHORT[object] ?? object).length),
      9,
    ),
    key: widest(
      steps.map(({ key }) => key.length),
      32,
    ),
  }
}

/** Signs of what undoes a step. */
const undoSigns = { add: '–', change: '~', replace: '~', remove: '+' } as const

/** The result of applying steps. */
export interface Outcome {
  readonly done: readonly Step[]
  readonly failed?: Step | undefined
  readonly cause?: unknown
  readonly undone?: readonly Step[]
  readonly left?: readonly NotUndone[]
}

export const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** Returns the result of applying steps as lines: ` ✓ 1 + link  bond0`. `steps` are those of the plan. */
export function outcomeLines(
  steps: readonly Step[],
  { done, failed, cause, undone = [], left = [] }: Outcome,
): string[] {
  const widths = widthsOf(steps)
  const line = (mark: string, text: string) => printable(` ${mark}${text}`).trimEnd()
  return [
    ...done.map((step) => line('✓', lineOf(step, widths))),
    ...(failed ? [line('✗', `${lineOf(failed, widths)}  ${reasonOf(cause)}`)] : []),
    ...undone.map((step) => line('↶', columnsOf(step, undoSigns[step.verb], widths))),
    ...left.map(({ step, errors }) =>
      line('!', [columnsOf(step, undoSigns[step.verb], widths), ...errors.map(reasonOf)].join('  ')),
    ),
  ]
}

/** Returns a plan as text. */
export function print({ steps, conflicts, unchanged, others }: PlanJson): string {
  const widths = widthsOf(steps)
  const lines = steps.map((step) => lineOf(step, widths))
  const problems = conflicts.map(({ path, message }) =>
    printable(` ! ${path === '' ? message : `${path}: ${message}`}`),
  )
  const summary = [
    steps.length === 0 ? 'nothing to do' : `${steps.length} ${steps.length === 1 ? 'change' : 'changes'}`,
    ...(conflicts.length > 0 ? [`${conflicts.length} ${conflicts.length === 1 ? 'conflict' : 'conflicts'}`] : []),
    ...(unchanged > 0 ? [`${unchanged} already so`] : []),
  ]
  return [
    ...problems,
    ...lines,
    `   ${summary.join(', ')}${others > 0 ? `, ${others} objects not named: left alone` : ''}`,
  ].join('\n')
}
