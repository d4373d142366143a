import { integers } from '../api/values/accepted.js'
import { isLink } from '../api/values/link-ref.js'
import { distance } from '../codec/distance.js'
import { ArgumentError, isRecord, shortened, show } from '../codec/error.js'
import { printable } from '../codec/index.js'
import { copyDesired } from './desired-copy.js'
import { type PlannedKind, plannedKinds, type Spec } from './kinds.js'
import type { Desired, DesiredObjects, PrunedList } from './types.js'

/** One object of a desired state. */
export interface Entry {
  readonly kind: PlannedKind
  /** Its place: `links[3]`. */
  readonly path: string
  readonly spec: Spec
  readonly absent: boolean
  readonly recreate: boolean
  /** True for a link that must have a carrier after the steps. */
  readonly carrier: boolean
}

/** A desired state whose form has been checked. */
export interface CheckedState {
  /** In the order of {@link plannedKinds}. */
  readonly entries: readonly Entry[]
  readonly mark: number | undefined
  readonly prune: readonly PrunedList[]
  /** Mistakes in its form. {@link build} reports them with those in the values. */
  readonly mistakes: readonly string[]
}

const prunable: readonly string[] = ['routes', 'rules', 'addresses', 'nexthops'] satisfies PrunedList[]
const lists = Object.keys(plannedKinds) as (keyof DesiredObjects)[]
const stateKeys = [...lists, 'mark', 'prune']

/** Smaller numbers are those of the kernel and of `ip` (RTPROT_*, IFAPROT_*). */
const MARK = integers(5, 255)

/** Returns the key that an unknown one was probably meant to be. */
function nearest(key: string, known: readonly string[]): string {
  const text = shortened(key).toLowerCase()
  const scored = known.map((each) => [distance(text, each.toLowerCase()), each] as const)
  return scored.reduce((best, each) => (each[0] < best[0] ? each : best))[1]
}

const unknownKey = (place: string, key: string, known: readonly string[]) =>
  `${place}: expected one of the known keys, such as ${nearest(key, known)}, got '${printable(shortened(key))}'`

/** Returns the keys of an object that its kind does not have. */
function unknownKeys(given: Spec, kind: PlannedKind): readonly string[] {
  let unknown: string[] | undefined
  for (const key of Object.keys(given)) {
    if (Object.hasOwn(kind.keys, key) || planKeysOf(kind).includes(key) || isNameOfNumber(given, key)) continue
    unknown ??= []
    unknown.push(key)
  }
  return unknown ?? none
}

const none: readonly string[] = []

/** Adds the mistakes in the keys of one object, and in the options of plans, to `mistakes`. */
function checkForm(path: string, given: Spec, kind: PlannedKind, unknown: readonly string[], mistakes: string[]): void {
  for (const key of unknown) mistakes.push(unknownKey(path, key, knownKeys(kind)))
  if (given.absent !== undefined && given.absent !== true)
    mistakes.push(`${path}: expected absent to be true or to be left out, got ${show(given.absent)}`)
  if (kind.isRecreatable && given.recreate !== undefined && typeof given.recreate !== 'boolean')
    mistakes.push(`${path}: expected recreate to be true or false, got ${show(given.recreate)}`)
  if (!hasCarrier(kind, given)) return
  if (given.absent === true) mistakes.push(`${path}: expected carrier to be left out with absent`)
  else if (given.carrier !== undefined && given.carrier !== true)
    mistakes.push(`${path}: expected carrier to be true or to be left out, got ${show(given.carrier)}`)
}

/** True if a spec says that a link must have a carrier. That of a link that was read is what it had then. */
const hasCarrier = ({ object }: PlannedKind, given: Spec) =>
  object === 'link' && Object.hasOwn(given, 'carrier') && !isLink(given)

/** Returns the keys that only plans have. */
const planKeysOf = ({ object, isRecreatable, remove }: PlannedKind): readonly string[] => [
  ...(remove ? ['absent'] : []),
  ...(isRecreatable ? ['recreate'] : []),
  ...(object === 'link' ? ['carrier'] : []),
]

const knownKeys = (kind: PlannedKind) => [...Object.keys(kind.keys), ...planKeysOf(kind)]

/** True for a name next to its number, in objects that were read with `{ names: true }`. */
const isNameOfNumber = (given: Spec, key: string) => key.endsWith('Name') && Object.hasOwn(given, key.slice(0, -4))

/** Returns the objects of one list. Adds mistakes to `mistakes`. */
function entriesOf(list: keyof DesiredObjects, value: unknown, mistakes: string[]): Entry[] {
  if (value === undefined) return []
  const kind = plannedKinds[list]
  if (!Array.isArray(value)) {
    mistakes.push(`${list}: expected a list, got ${show(value)}`)
    return []
  }
  const entries: Entry[] = []
  for (const [at, each] of value.entries()) {
    const path = `${list}[${at}]`
    if (!isRecord(each)) {
      mistakes.push(`${path}: expected an object, got ${show(each)}`)
      continue
    }
    // A link that was read has more members than one that is written.
    const unknown = kind.object === 'link' && isLink(each) ? none : unknownKeys(each, kind)
    checkForm(path, each, kind, unknown, mistakes)
    entries.push(entryOf(kind, path, unknown.length === 0 ? each : without(each, unknown)))
  }
  return entries
}

/** Returns an object without some keys, so that the rest of it can be checked too. */
const without = (given: Spec, keys: readonly string[]): Spec =>
  Object.fromEntries(Object.entries(given).filter(([key]) => !keys.includes(key)))

function entryOf(kind: PlannedKind, path: string, given: Spec): Entry {
  if (!Object.hasOwn(given, 'absent') && !Object.hasOwn(given, 'recreate') && !hasCarrier(kind, given))
    return { kind, path, spec: given, absent: false, recreate: false, carrier: false }
  const { absent, recreate, carrier, ...spec } = given
  return { kind, path, spec, absent: absent === true, recreate: recreate === true, carrier: carrier === true }
}

/** Returns the mistakes in `mark` and `prune`. */
function mistakesInMarks(mark: unknown, prune: unknown): string[] {
  const list = `expected prune to be a list of ${prunable.join(', ')}, got`
  const wrong = Array.isArray(prune) ? prune.filter((each) => !prunable.includes(each)) : []
  return [
    ...(mark === undefined || MARK.fits(mark) ? [] : [`expected mark to be ${MARK.allowed}, got ${show(mark)}`]),
    ...(Array.isArray(prune) ? wrong.map((each) => `${list} ${show(each)} in it`) : [`${list} ${show(prune)}`]),
    ...(mark === undefined && Array.isArray(prune) && prune.length > 0
      ? ['expected mark with prune, the number of the objects that may be deleted, got none']
      : []),
  ]
}

/** Checks the form of a desired state. The mistakes in it are members of the result. @throws {TypeError} if it is not an object */
export function checkDesired(given: Desired): CheckedState {
  if (!isRecord(given)) throw new ArgumentError(`expected a desired state, an object with lists, got ${show(given)}`)
  const mistakes: string[] = []
  const desired = copyDesired(given as Spec, mistakes)
  for (const key of Object.keys(desired))
    if (!stateKeys.includes(key)) mistakes.push(unknownKey('the desired state', key, stateKeys))
  const { mark, prune = [] } = desired
  const entries = lists.flatMap((list) => entriesOf(list, desired[list], mistakes))
  const inMarks = mistakesInMarks(mark, prune)
  return {
    ...{ entries, mistakes: [...mistakes, ...inMarks], mark: inMarks.length === 0 ? (mark as number) : undefined },
    prune: inMarks.length === 0 ? [...new Set(prune as PrunedList[])] : [],
  }
}
