import type { Declaration } from './codec.js'
import { show } from './error.js'

/** A payload whose declaration a sibling attribute chooses; the kernel's specs call it a sub-message. */
export interface Select<S extends string = string, C extends Cases = Cases> extends Declaration<never> {
  readonly selector: S
  readonly cases: C
}
type Cases = Readonly<Record<string, Declaration<unknown>>>

/** An attribute that comes once per element. */
export interface Multi<T = unknown> extends Declaration<T> {
  readonly multi: true
}

/** One row: the attribute's number, what its payload is, and the kernel's name where the key does not lead to it. */
// biome-ignore lint/suspicious/noExplicitAny: rows are of any type, and Declaration<unknown> would refuse them all
export type AttributeRow = readonly [type: number, declaration: Declaration<any>, kernelName?: string]

/** The rows of an attribute set under their keys. */
export type Table = Readonly<Record<string, AttributeRow>>

/**
 * Chooses a payload by the text of the sibling `selector`: `select('kind', { vlan: vlanAttrs })`. Other texts leave the
 * payload raw.
 */
export function select<const S extends string, const C extends Cases>(selector: S, cases: C): Select<S, C> {
  const codec = () => {
    throw new TypeError(`select('${selector}') has its place in a row of attributes()`)
  }
  return { name: `select(${selector})`, selector, cases, codec }
}

/** An attribute that is repeated, an element each: its value is an array. */
export function multi<T>(element: Declaration<T>): Multi<T> {
  return { ...element, multi: true }
}

/** A row made ready for use. */
export interface Row {
  readonly key: string
  readonly type: number
  readonly kernelName: string
  readonly multi: boolean
  readonly declaration: Declaration<unknown>
  /** For a selection: what the siblings choose. */
  readonly select: ((siblings: Record<string, unknown>) => Declaration<unknown> | undefined) | undefined
  /** For a selection that chooses nothing: why it cannot be encoded. */
  noCase(siblings: Record<string, unknown>): string
}

/** The rows of a set, by number and by key. */
export interface Rows {
  readonly prefix: string
  readonly byType: readonly (Row | undefined)[]
  readonly byKey: ReadonlyMap<string, Row>
  nameOf(type: number): string
  keyOf(type: number): string
}

/** `minMtu` → `IFLA_MIN_MTU`: a capital starts a word. */
const kernelNameOf = (prefix: string, key: string) => `${prefix}_${key.replace(/[A-Z]/g, '_$&').toUpperCase()}`

/** Indexes a table once. */
export function makeRows(prefix: string, table: Table): Rows {
  const rows = Object.entries(table).map(([key, [type, declaration, kernelName]]): Row => {
    const { selector, cases } = declaration as Partial<Select>
    return {
      key,
      type,
      kernelName: kernelName ?? kernelNameOf(prefix, key),
      multi: 'multi' in declaration,
      declaration,
      select: cases && selector ? (siblings) => caseOf(cases, siblings[selector]) : undefined,
      noCase: (siblings) =>
        `expected '${selector}' beside it to be one of ${Object.keys(cases ?? {}).join(', ')}, got ${show(siblings[selector ?? ''])}`,
    }
  })
  const byType: (Row | undefined)[] = []
  for (const row of rows) {
    if (byType[row.type]) throw new TypeError(`${prefix} has two rows for attribute ${row.type}`)
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

/** Own properties only: a link kind may be called `constructor`. */
const caseOf = (cases: Cases, name: unknown) =>
  typeof name === 'string' && Object.hasOwn(cases, name) ? cases[name] : undefined
