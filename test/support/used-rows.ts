import { type Declaration, ofKind, type Scope } from '@netloom/netlink/codec'
import { selected } from '../../packages/netlink/dist/codec/attribute-table.js'
import './built.js'

type Members = Readonly<Record<string, unknown>>

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

/** Collects the rows of attribute sets that occur in values. Copies of a declaration share the table of rows. */
export class UsedRows {
  readonly #used = new Map<object, Set<string>>()

  has(table: object, key: string): boolean {
    return this.#used.get(table)?.has(key) ?? false
  }

  /** Adds the rows that occur in a decoded value of a declaration. `scope` contains the enclosing messages and nests. */
  add(declaration: Declaration<unknown>, value: unknown, scope?: Scope): void {
    if (declaration.multi && Array.isArray(value)) for (const each of value) this.#one(declaration, each, scope)
    else this.#one(declaration, value, scope)
  }

  #one(declaration: Declaration<unknown>, value: unknown, scope: Scope | undefined): void {
    const known = ofKind(declaration)
    switch (known.kind) {
      case 'attributes':
        if (isMembers(value)) this.#attributes(known.table, value, { members: value, outer: scope })
        break
      case 'struct':
      case 'opaque':
        this.#members(known.members ?? {}, value, scope)
        break
      case 'message':
        if (isMembers(value)) this.add(known.attrs, value.attrs, { members: value, outer: scope })
        break
      case 'followed':
        if (isMembers(value)) this.add(known.rest, value[known.key], scope)
        break
      case 'list':
      case 'array':
        if (Array.isArray(value)) for (const each of value) this.add(known.element, each, scope)
        break
      case 'indexed':
        if (Array.isArray(value)) for (const [, each] of value) this.add(known.element, each, scope)
        break
      case 'lazy':
        this.add(known.target, value, scope)
        break
      case 'choice':
        this.add(known.ofValue(value, scope), value, scope)
    }
  }

  #attributes(
    table: Readonly<Record<string, readonly [number, Declaration<unknown>, ...unknown[]]>>,
    value: Members,
    scope: Scope,
  ): void {
    for (const [key, member] of Object.entries(value)) {
      const declaration = Object.hasOwn(table, key) ? table[key]?.[1] : undefined
      if (declaration === undefined || member === undefined) continue
      const used = this.#used.get(table) ?? new Set()
      this.#used.set(table, used.add(key))
      const known = ofKind(declaration)
      const chosen = known.kind === 'select' || known.kind === 'selectOuter' ? selected(known, value, scope) : known
      if (chosen) this.add(declaration.multi ? { ...chosen, multi: true } : chosen, member, scope)
    }
  }

  #members(declared: Readonly<Record<string, Declaration<unknown>>>, value: unknown, scope: Scope | undefined): void {
    if (!isMembers(value)) return
    for (const [key, member] of Object.entries(value)) {
      const declaration = Object.hasOwn(declared, key) ? declared[key] : undefined
      if (declaration) this.add(declaration, member, scope)
    }
  }
}
