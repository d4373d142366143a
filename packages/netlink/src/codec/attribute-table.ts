import type { Declaration, Infer, Scope } from './codec.js'
import { ArgumentError, show } from './error.js'
import { own } from './own.js'

/** The payload declarations of a selection, by the value of the selector. */
export type Cases = Readonly<Record<string | number, Declaration<unknown>>>

/**
 * A payload whose declaration depends on a sibling attribute, as IFLA_INFO_DATA depends on IFLA_INFO_KIND. The kernel's YAML
 * specs call it a sub-message.
 */
export interface Select<S extends string = string, C extends Cases = Cases> extends Declaration<never> {
  readonly kind: 'select'
  readonly selector: S
  readonly cases: C
  /** Selects the declaration if the sibling `selector` is absent. */
  readonly otherwise: Select | undefined
}

/** A payload whose declaration depends on the message's header or an enclosing nest. */
export interface SelectOuter<T = unknown> extends Declaration<T> {
  readonly kind: 'selectOuter'
  readonly outer: string
  readonly cases: Cases
  readonly otherwise: Declaration<unknown> | undefined
}

/** An attribute that occurs several times, once per element. */
export interface Multi<T = unknown> extends Declaration<T> {
  readonly multi: true
}

/**
 * A row of an attribute set: the attribute's number, its payload's declaration, and its kernel name if the name cannot be
 * derived from the key.
 */
// biome-ignore lint/suspicious/noExplicitAny: rows are of any type, and Declaration<unknown> would refuse them all
export type AttributeRow = readonly [type: number, declaration: Declaration<any>, kernelName?: string]

/** The rows of an attribute set, by the key that the attribute has in decoded values. */
export type Table = Readonly<Record<string, AttributeRow>>

const inRows = (name: string) => () => {
  throw new ArgumentError(`${name} belongs in a row of attributes()`)
}

/**
 * Declares a payload that depends on the sibling attribute `selector`: `select('kind', { vlan: vlanAttrs })`. If no case
 * matches, the payload stays raw. If there is no such sibling, `otherwise` selects the declaration.
 */
export function select<const S extends string, const C extends Cases>(
  selector: S,
  cases: C,
  otherwise?: Select,
): Select<S, C> {
  const name = `select(${selector})`
  return { kind: 'select', name, selector, cases, otherwise, codec: inRows(name) }
}

/**
 * Declares a payload that depends on `member` of the message header or of an enclosing nest. If several have such a member,
 * the innermost one is used. An enclosing nest must be declared {@link late}. If no case matches, the payload has the
 * declaration `otherwise`, or stays raw.
 */
export function selectOuter<const C extends Cases, O = never>(
  member: string,
  cases: C,
  otherwise?: Declaration<O>,
): SelectOuter<Infer<C[keyof C]> | O> {
  const name = `selectOuter(${member})`
  return { kind: 'selectOuter', name, outer: member, cases, otherwise, codec: inRows(name) }
}

/** Declares a payload that is sent with NLA_F_NET_BYTEORDER, as IP sets require. */
export function netByteOrder<D extends Declaration<unknown>>(declaration: D): D {
  return { ...declaration, netByteOrder: true }
}

/** A nest that is decoded after all its siblings. */
export interface Late<T = unknown> extends Declaration<T> {
  readonly late: true
}

/** Declares a nest that is decoded after its siblings, because a {@link selectOuter} inside it depends on one of them. */
export function late<T>(declaration: Declaration<T>): Late<T> {
  return { ...declaration, late: true }
}

/** Declares an attribute that occurs several times, once per element. Its value is an array of the elements. */
export function multi<T>(element: Declaration<T>): Multi<T> {
  return { ...element, multi: true }
}

/** A prepared row, as the codec uses it. */
export interface Row {
  readonly key: string
  readonly type: number
  readonly kernelName: string
  readonly multi: boolean
  readonly declaration: Declaration<unknown>
  /** For a `select` or a `late` nest: returns the payload's declaration for these siblings and this scope. */
  readonly select: ((siblings: AttributeMap, scope: Scope | undefined) => Declaration<unknown> | undefined) | undefined
  /**
   * For a `selectOuter` that depends only on enclosing values, so that its declaration is known before any sibling is
   * decoded.
   */
  readonly outerSelect: SelectOuter | undefined
  /** Returns the error text for a value for which no case matches. */
  noCase(siblings: AttributeMap, scope: Scope | undefined): string
}

type AttributeMap = Readonly<Record<string, unknown>>

/** The prepared rows of an attribute set, by number and by key. */
export interface Rows {
  readonly prefix: string
  readonly byType: readonly (Row | undefined)[]
  readonly byKey: ReadonlyMap<string, Row>
  nameOf(type: number): string
  keyOf(type: number): string
}

/** Derives the kernel's name from a key: `minMtu` becomes `IFLA_MIN_MTU`. */
export const kernelNameOf = (prefix: string, key: string) => `${prefix}_${key.replace(/[A-Z]/g, '_$&').toUpperCase()}`

const isSelect = (declaration: Declaration<unknown>): declaration is Select => declaration.kind === 'select'

export const isSelectOuter = (declaration: Declaration<unknown>): declaration is SelectOuter =>
  declaration.kind === 'selectOuter'

/** Returns the declaration that a `select` or `selectOuter` selects, or undefined if no case matches. */
export function selected(
  declaration: Select | SelectOuter,
  siblings: AttributeMap,
  scope: Scope | undefined,
): Declaration<unknown> | undefined {
  if (isSelect(declaration)) {
    const { cases, otherwise } = declaration
    const selector = own(siblings, declaration.selector)
    return selector === undefined && otherwise ? selected(otherwise, siblings, scope) : caseOf(cases, selector)
  }
  return caseOf(declaration.cases, memberOf(scope, declaration.outer)) ?? declaration.otherwise
}

/** Returns the functions of a row that select its declaration. */
function selection(declaration: Declaration<unknown>): Pick<Row, 'select' | 'noCase'> {
  if (isSelect(declaration) || isSelectOuter(declaration)) {
    return {
      select: (siblings, scope) => selected(declaration, siblings, scope),
      noCase: (siblings, scope) => noCase(declaration, siblings, scope),
    }
  }
  return { select: declaration.late ? () => declaration : undefined, noCase: () => '' }
}

function noCase(declaration: Select | SelectOuter, siblings: AttributeMap, scope: Scope | undefined): string {
  const expected = `one of ${Object.keys(declaration.cases).join(', ')}`
  if (isSelect(declaration)) {
    const { selector } = declaration
    return `expected '${selector}' next to it to be ${expected}, got ${show(own(siblings, selector))}`
  }
  const { outer } = declaration
  return `expected '${outer}' around it to be ${expected}, got ${show(memberOf(scope, outer))}`
}

const isOuterSelect = (declaration: Declaration<unknown>, table: Table): declaration is SelectOuter =>
  isSelectOuter(declaration) && !Object.hasOwn(table, declaration.outer)

/** Returns the member `key` of the innermost scope that has it. */
export function memberOf(scope: Scope | undefined, key: string): unknown {
  for (let at = scope; at !== undefined; at = at.outer) if (Object.hasOwn(at.members, key)) return at.members[key]
  return undefined
}

/** Prepares the rows of a table. */
export function makeRows(prefix: string, table: Table): Rows {
  const derived = new Map<string, string>()
  const derivedName = (key: string) => {
    const name = derived.get(key) ?? kernelNameOf(prefix, key)
    derived.set(key, name)
    return name
  }
  const rows = Object.entries(table).map(
    ([key, [type, declaration, kernelName]]): Row => ({
      key,
      type,
      // Built on first use, because most programs never need it.
      get kernelName() {
        return kernelName ?? derivedName(key)
      },
      multi: declaration.multi === true,
      declaration,
      outerSelect: isOuterSelect(declaration, table) ? declaration : undefined,
      ...selection(declaration),
    }),
  )
  const byType: (Row | undefined)[] = []
  for (const row of rows) {
    if (byType[row.type]) throw new ArgumentError(`${prefix} has two rows for attribute ${row.type}`)
    byType[row.type] = row
  }
  return {
    prefix,
    byType,
    byKey: new Map(rows.map((row) => [row.key, row])),
    nameOf: (type) => byType[type]?.kernelName ?? `${prefix}_${type}`,
    keyOf: (type) => byType[type]?.key ?? `?${type}`,
  }
}

/** Own properties only: a link kind may have the name `constructor`. */
export const caseOf = <T>(cases: Readonly<Record<string | number, T>>, name: unknown): T | undefined =>
  (typeof name === 'string' || typeof name === 'number') && Object.hasOwn(cases, name) ? cases[name] : undefined
