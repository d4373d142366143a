import { shortened } from '../codec/error.js'
import { type Declaration, type DeclarationOfKind, ofKind } from '../codec/index.js'
import { nearest } from '../codec/nearest.js'
import { Filter, FilterError } from '../inspect/index.js'
import { UsageError } from './declaration.js'

type Any = Declaration<unknown>
type Keyed = readonly (readonly [key: string, declaration: Any])[]

/** Keys of attributes without a declaration. */
const unknownAttribute = /^\?\d+$/

const entries = (members: Readonly<Record<string, Any>>): Keyed => Object.entries(members)

/** Returns the members that a value of the declaration has under keys, and the declarations that it has without one. */
function partsOf(known: DeclarationOfKind): { readonly members: Keyed; readonly inner: readonly Any[] } {
  switch (known.kind) {
    case 'struct':
      return { members: entries(known.members), inner: [] }
    case 'attributes':
      return { members: Object.entries(known.table).map(([key, [, row]]) => [key, row] as const), inner: [] }
    case 'message':
      return { members: [['attrs', known.attrs]], inner: [known.header, known.attrs] }
    case 'followed':
      return { members: [[known.key, known.rest]], inner: [known.header] }
    case 'list':
    case 'indexed':
    case 'array':
      return { members: [], inner: [known.element] }
    case 'lazy':
      return { members: [], inner: [known.target] }
    case 'choice':
      return { members: [], inner: known.alternatives }
    case 'select':
    case 'selectOuter':
      return { members: [], inner: [...Object.values(known.cases), ...(known.otherwise ? [known.otherwise] : [])] }
    case 'opaque':
      return { members: entries(known.members ?? {}), inner: [] }
    default:
      return { members: [], inner: [] }
  }
}

/** Keys for the words of ip(8). An object has at most one of them. */
const ipWords: Readonly<Record<string, readonly string[]>> = {
  dev: ['ifname', 'oif', 'ifindex', 'index'],
  name: ['ifname'],
  state: ['operstate'],
  via: ['gateway'],
  metric: ['priority'],
  proto: ['protocol'],
}

/** Returns the key that was probably meant. */
function hintFor(given: string, known: readonly string[]): string {
  const words = Object.hasOwn(ipWords, given) ? (ipWords[given] ?? []) : []
  const near = words.find((word) => known.includes(word)) ?? nearest(given, known)
  return near === undefined ? '' : `; did you mean '${near}'?`
}

/** The keys that values of declarations have, at one level of a path. */
class Keys {
  readonly members = new Map<string, Any[]>()
  /** True if a value has keys that no declaration contains. */
  isOpen = false
  readonly #seen = new Set<Any>()

  constructor(declarations: readonly Any[]) {
    for (const each of declarations) this.#add(each)
  }

  /** Returns the keys at any depth of the declarations. */
  static everywhere(declarations: readonly Any[]): Keys {
    const keys = new Keys(declarations)
    // A map iterates over what is added meanwhile. Keys that it had before are visited again for their new declarations.
    for (let before = -1; before !== keys.#seen.size; ) {
      before = keys.#seen.size
      for (const each of [...keys.members.values()].flat()) keys.#add(each)
    }
    return keys
  }

  #add(declaration: Any): void {
    if (this.#seen.has(declaration)) return
    this.#seen.add(declaration)
    const known = ofKind(declaration)
    if (known.kind === 'opaque' && known.members === undefined) this.isOpen = true
    const { members, inner } = partsOf(known)
    for (const [key, member] of members) {
      const all = this.members.get(key)
      if (all === undefined) this.members.set(key, [member])
      else all.push(member)
    }
    for (const each of inner) this.#add(each)
  }

  has(key: string): boolean {
    return this.members.has(key) || unknownAttribute.test(key)
  }

  below(key: string): Keys {
    return new Keys(this.members.get(key) ?? [])
  }
}

/** Returns the part of a path that no value has, and the keys that are there. */
function wrongPart(
  path: readonly string[],
  everywhere: Keys,
): { readonly part: string; readonly keys: Keys } | undefined {
  let keys = everywhere
  for (const [at, part] of path.entries()) {
    if (unknownAttribute.test(part)) return undefined
    if (!keys.has(part)) return at > 0 && keys.isOpen ? undefined : { part, keys }
    keys = keys.below(part)
  }
  return undefined
}

/**
 * Checks that messages of the declarations can have the keys of a filter.
 * @throws {FilterError} with the nearest key, if they cannot
 */
export function checkKeys({ text, keys }: Filter, declarations: readonly Any[]): void {
  let everywhere: Keys | undefined
  for (const { key, position, isField } of keys) {
    if (isField) continue
    everywhere ??= Keys.everywhere(declarations)
    const wrong = wrongPart(key.replace(/^value\./, '').split('.'), everywhere)
    if (wrong === undefined) continue
    const { part, keys: there } = wrong
    const fields = there === everywhere ? Filter.fields : []
    const hint = hintFor(part, [...fields, ...there.members.keys()])
    throw new FilterError(text, position, 'a key that these messages have', `${quoted(part, key)}${hint}`)
  }
}

const quoted = (part: string, path: string) =>
  part === path ? `'${shortened(part)}'` : `'${shortened(part)}' in '${shortened(path)}'`

/**
 * Checks that objects of a declaration can have the members of columns. `titles` are those of other columns.
 * @throws {UsageError} with the nearest member, if they cannot
 */
export function checkColumns(paths: readonly string[], declaration: Any, titles: readonly string[]): void {
  const there = new Keys([declaration])
  for (const path of paths) {
    const wrong = wrongPart(path.split('.'), there)
    if (wrong === undefined) continue
    const others = wrong.keys === there ? titles : []
    const hint = hintFor(wrong.part, [...wrong.keys.members.keys(), ...others])
    throw new UsageError(`--columns: expected members that these objects have, got ${quoted(wrong.part, path)}${hint}`)
  }
}
