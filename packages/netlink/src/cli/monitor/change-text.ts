import type { Change } from '../../api/run/ensure.js'
import { propertyChanges } from '../../api/watch/property-changes.js'
import type { NamedObjects } from '../../api/watch/types.js'
import { type CommonKind, kinds } from '../../cache/kinds.js'
import { type Group, groupText } from '../brief.js'
import { announced } from './announced.js'
import { memberChanges, valueText } from './member-changes.js'

/** Returns the difference of two lists of words: `+UP –PROMISC`. */
function wordsText(before: readonly unknown[], after: readonly unknown[]): string {
  const gone = before.filter((word) => !after.includes(word))
  const added = after.filter((word) => !before.includes(word))
  return [...added.map((word) => `+${valueText(word)}`), ...gone.map((word) => `–${valueText(word)}`)].join(' ')
}

const isWords = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')

const isGroup = (value: unknown): value is Group => Array.isArray(value)

/** States that are clearer without their key. */
const states: Readonly<Record<string, readonly [no: string, yes: string]>> = {
  up: ['down', 'up'],
  carrier: ['no carrier', 'carrier'],
}

/** Returns one change: `mtu 1500 → 1400`. */
function changeText({ key, before, after }: Change): string {
  const state = Object.hasOwn(states, key) ? states[key] : undefined
  if (state && typeof before === 'boolean' && typeof after === 'boolean')
    return `${state[before ? 1 : 0]} → ${state[after ? 1 : 0]}`
  if (isWords(before) && isWords(after) && key !== 'altNames') return `${key} ${wordsText(before, after)}`
  const [was, is] = [before, after].map((value) =>
    key === 'group' && isGroup(value) ? groupText(value) : valueText(value),
  )
  return `${key} ${was} → ${is}`
}

/** Members with the index of a link. If its name is known, the change of the name says the same. */
const indexes = new Set(['master', 'link', 'dev'])

/** Flags of a link that other members contain, too. */
const repeated = new Set(['UP', 'LOWER_UP', 'RUNNING'])

/** Returns true for a change of flags that the changes of `up`, `carrier` and `operstate` contain. */
function repeatsState({ key, before, after }: Change, all: readonly Change[]): boolean {
  if (key !== 'flags' || !isWords(before) || !isWords(after)) return false
  const different = [...before, ...after].filter((flag) => before.includes(flag) !== after.includes(flag))
  return (
    different.every((flag) => repeated.has(flag)) &&
    all.some((each) => ['up', 'carrier', 'operstate'].includes(each.key))
  )
}

/** Returns true for data that came or went with its kind: the kind says enough. */
const isWhole = ({ key, before, after }: Change, all: readonly Change[]) =>
  (before === undefined || after === undefined) &&
  all.some((each) => each.key === { data: 'kind', slaveData: 'slaveKind' }[key])

/** Puts the name of a link in place of its index: `masterName` becomes `master`. */
function named(changes: readonly Change[]): Change[] {
  const names = new Map(changes.map((change) => [change.key, change]))
  return changes.flatMap((change) => {
    const { key } = change
    if (key.endsWith('Name') && indexes.has(key.slice(0, -4))) return []
    const name = indexes.has(key) ? names.get(`${key}Name`) : undefined
    if (name === undefined) return [change]
    // A link in another namespace has no name here.
    return [{ key, before: name.before ?? change.before, after: name.after ?? change.after }]
  })
}

/** Returns the members of two messages that differ: those that an object of the API does not have. */
function messageChanges<K extends CommonKind>(kind: K, before: NamedObjects[K], after: NamedObjects[K]): Change[] {
  const { noun, volatile } = kinds[kind]
  return memberChanges(announced(`RTM_NEW${noun}`), before.message, after.message, volatile)
}

/** Returns what differs between two states of an object: `['mtu 1500 → 1400', 'down → up']`. */
export function changeTexts<K extends CommonKind>(kind: K, before: NamedObjects[K], after: NamedObjects[K]): string[] {
  const { volatile } = kinds[kind]
  const changes = propertyChanges(before, after).filter(({ key }) => !volatile.has(key.slice(key.lastIndexOf('.') + 1)))
  const shown = named(changes.filter((change) => !repeatsState(change, changes) && !isWhole(change, changes)))
  return (shown.length > 0 ? shown : messageChanges(kind, before, after)).map(changeText)
}
