import { caseOf, memberOf, selected, type Table } from './attribute-table.js'
import type { Declaration, Scope } from './codec.js'
import { EncodeError, isPlainObject } from './error.js'
import { isFixed } from './fixed.js'
import { ofKind } from './kinds.js'
import type { Elements } from './list.js'
import type { AnyConstants } from './names.js'
import { bitmapWords, type NumberNames, wordsFor } from './number-names.js'
import { own } from './own.js'

/** A value that names can replace: a number, or a bitmap (bytes or an array of numbers). */
export type Nameable = number | bigint | Uint8Array | readonly number[]

/** Options of {@link describe}. */
export interface DescribeOptions {
  /**
   * Replaces a value that has a name. By default, returns the name as text. `false`: numbers and arrays stay as they are. `names` are
   * the constants of a number.
   */
  readonly word?: ((words: string, value: Nameable, names?: NumberNames) => unknown) | false
  /** Also replaces numbers that tools print in a different form, such as handles of tc: see `writtenAs`. Default: false. */
  readonly notations?: boolean
  /** Replaces keys and passwords: values whose declaration is `secret`. By default, they are copied. */
  readonly secret?: (value: unknown) => unknown
  /** The enclosing message, for attributes whose declaration depends on its header. */
  readonly scope?: Scope
}

/**
 * Returns a copy of a decoded value in which the names of constants replace numbers: `{ family: 'AF_INET', type:
 * 'RTN_UNICAST', flags: 'ONLINK|LINKDOWN' }`. Numbers without a name stay numbers. An array whose positions have names becomes
 * an object: `{ FORWARDING: 1, MC_FORWARDING: 0 }`. Values that do not match the declaration are copied unchanged.
 */
export function describe(
  declaration: Declaration<unknown>,
  value: unknown,
  { word = (words) => words, notations = false, secret, scope }: DescribeOptions = {},
): unknown {
  return new Describer(word || keepNumber, word !== false, notations, secret).describe(declaration, value, scope)
}

const keepNumber = (_words: string, value: Nameable): Nameable => value

type Members = Readonly<Record<string, unknown>>
type DeclarationOf = (key: string) => Declaration<unknown> | undefined

class Describer {
  constructor(
    readonly word: (words: string, value: Nameable, names?: NumberNames) => unknown,
    readonly namesPositions: boolean,
    readonly notations: boolean,
    readonly secret: ((value: unknown) => unknown) | undefined,
  ) {}

  describe(declaration: Declaration<unknown>, value: unknown, scope: Scope | undefined): unknown {
    if (declaration.secret && this.secret !== undefined) return this.secret(value)
    if (declaration.multi && Array.isArray(value)) return value.map((each) => this.#one(declaration, each, scope))
    return this.#one(declaration, value, scope)
  }

  #one(declaration: Declaration<unknown>, value: unknown, scope: Scope | undefined): unknown {
    if (typeof value === 'number' || typeof value === 'bigint') return this.#number(declaration, value, scope)
    if (declaration.bits !== undefined) return this.#bitmap(declaration, declaration.bits, value)
    if (this.notations && value instanceof Uint8Array) {
      const words = declaration.bytesNotation?.(value)
      if (words !== undefined) return this.word(words, value)
    }
    if (Array.isArray(value)) return this.#elements(declaration, value, scope)
    if (!isPlainObject(value)) return value
    const known = ofKind(declaration)
    switch (known.kind) {
      case 'struct':
        return this.#members(value, (key) => own(known.members, key), scope)
      case 'attributes': {
        const inner = { members: value, outer: scope }
        return this.#members(value, (key) => rowOf(known.table, key, value, inner), inner)
      }
      case 'message': {
        const inner = { members: value, outer: scope }
        return this.#members(value, (key) => (key === 'attrs' ? known.attrs : own(known.header.members, key)), inner)
      }
      case 'followed':
        return this.#members(value, (key) => (key === known.key ? known.rest : own(known.header.members, key)), scope)
      case 'opaque':
        return known.members ? this.#members(value, (key) => own(known.members ?? {}, key), scope) : value
      default:
        return this.#inside(declaration, value, scope)
    }
  }

  #number(declaration: Declaration<unknown>, value: number | bigint, scope: Scope | undefined): unknown {
    const names = namesOf(declaration, scope)
    const words = (names && wordsFor(names, value)) ?? (this.notations ? declaration.notation?.(value) : undefined)
    return words === undefined ? this.#inside(declaration, value, scope) : this.word(words, value, names)
  }

  #bitmap(declaration: Declaration<unknown>, bits: AnyConstants, value: unknown): unknown {
    if (value instanceof Uint8Array) return this.word(bitmapWords(bits, value, 8), value)
    if (!Array.isArray(value) || !value.every((each) => typeof each === 'number')) return value
    const known = ofKind(declaration)
    const width = known.kind === 'array' && isFixed(known.element) ? known.element.size * 8 : 32
    return this.word(bitmapWords(bits, value, width), value)
  }

  /** Returns the name of an index, or the index itself if it has none. */
  #index(names: NumberNames | undefined, index: unknown): unknown {
    const words = names && typeof index === 'number' ? wordsFor(names, index) : undefined
    return words === undefined ? index : this.word(words, index as number)
  }

  #elements(declaration: Declaration<unknown>, values: readonly unknown[], scope: Scope | undefined): unknown {
    const known = ofKind(declaration)
    switch (known.kind) {
      case 'list':
      case 'array': {
        const described = values.map((each) => this.describe(known.element, each, scope))
        return known.indexes && this.namesPositions ? byPosition(known, described) : described
      }
      case 'indexed':
        return values.map((pair) =>
          Array.isArray(pair)
            ? [this.#index(known.indexes, pair[0]), this.describe(known.element, pair[1], scope)]
            : pair,
        )
      case 'opaque':
        return values.map((each) => (isPlainObject(each) ? this.#one(declaration, each, scope) : each))
      default:
        return this.#inside(declaration, values, scope)
    }
  }

  /** Describes a value of a `lazy` or `choice` declaration: the declaration that applies is inside it. */
  #inside(declaration: Declaration<unknown>, value: unknown, scope: Scope | undefined): unknown {
    const known = ofKind(declaration)
    if (known.kind === 'lazy') return this.describe(known.target, value, scope)
    if (known.kind !== 'choice') return value
    try {
      return this.describe(known.ofValue(value, scope), value, scope)
    } catch (error) {
      if (error instanceof EncodeError) return value
      throw error
    }
  }

  #members(value: Members, declarationOf: DeclarationOf, scope: Scope | undefined): Members {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => {
        const declaration = declarationOf(key)
        return [key, declaration === undefined ? member : this.describe(declaration, member, scope)]
      }),
    )
  }
}

/** Returns the names for the numbers of a declaration. `scope` contains its siblings. */
export function namesOf(
  { constants, constantsBy }: Declaration<unknown>,
  scope: Scope | undefined,
): NumberNames | undefined {
  if (constantsBy === undefined) return constants
  const family = caseOf(constantsBy.cases, memberOf(scope, constantsBy.member))
  return family === undefined ? constants : { type: 'enum', families: [family] }
}

/** Returns the elements of an array under the names of their positions. A position without a name is `?` and its number. */
function byPosition({ indexes, from = 0 }: Elements<unknown>, elements: readonly unknown[]): Members {
  const [family] = indexes?.type === 'enum' ? indexes.families : []
  const names = new Map(Object.entries(family?.values ?? {}).map(([name, number]) => [Number(number), name]))
  return Object.fromEntries(elements.map((each, at) => [names.get(at + from) ?? `?${at + from}`, each]))
}

/** Returns the declaration of the attribute under `key`. */
function rowOf(table: Table, key: string, siblings: Members, scope: Scope): Declaration<unknown> | undefined {
  const declaration: Declaration<unknown> | undefined = own(table, key)?.[1]
  if (declaration === undefined) return undefined
  const known = ofKind(declaration)
  if (known.kind !== 'select' && known.kind !== 'selectOuter') return known
  const chosen = selected(known, siblings, scope)
  return chosen && declaration.multi ? { ...chosen, multi: true } : chosen
}
