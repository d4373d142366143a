import type { Change } from '../api/run/ensure.js'
import { printable } from '../codec/index.js'
import type { PlanJson, Step } from './types.js'

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

/** Returns a line of a plan: ` 2 ~ link   eth1       master – → br0   after 1`. */
export function lineOf(
  step: Step,
  widths: { readonly id: number; readonly object: number; readonly key: number },
): string {
  const { id, verb, object, key, changes, after, disrupts, reason } = step
  const what =
    verb === 'add'
      ? ofNew(changes)
      : changes.map((each) => `${option(each.key)} ${text(each.before)} → ${text(each.after)}`).join('  ')
  const notes = [
    ...(after.length > 0 ? [`after ${shortList(after)}`] : []),
    ...(disrupts === undefined ? [] : [`disrupts: ${disrupts}`]),
    ...(reason === undefined ? [] : [reason]),
  ]
  const name = (SHORT[object] ?? object).padEnd(widths.object)
  const parts = [key.padEnd(widths.key), what, ...notes].filter((part) => part !== '')
  return printable(`${String(id).padStart(widths.id)} ${signs[verb]} ${name} ${parts.join('  ')}`).trimEnd()
}

/** Number of steps of `after` that a line names. */
const MOST = 4

const shortList = (ids: readonly number[]) =>
  ids.length > MOST ? `${ids.slice(0, MOST).join(', ')}, …` : ids.join(', ')

/** Returns a plan as text. */
export function print({ steps, conflicts, unchanged, others }: PlanJson): string {
  const widest = (lengths: readonly number[], most: number) => Math.min(most, Math.max(1, ...lengths))
  const widths = {
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
