import { isPlainObject } from '../codec/error.js'
import { isFixed } from '../codec/fixed.js'
import { type Declaration, decode, encode, flag, ofKind, type Table } from '../codec/index.js'
import type { IsLinkIndex } from '../route/index.js'
import type { LinkRef } from './link-ref.js'

/** The type that a caller may write for a decoded value. It also accepts a boolean for 1 and 0, and a link's name for its index. */
export type Wished<T> = T extends true
  ? boolean
  : T extends number
    ? IsLinkIndex<T> extends true
      ? LinkRef | 0
      : number | boolean
    : T extends string | bigint | Uint8Array | undefined
      ? T
      : { readonly [K in keyof T]: Wished<T[K]> }

/** The parts of declarations that have members. */
interface Parts {
  readonly table?: Table
  readonly members?: Readonly<Record<string, Declaration<unknown>>>
  readonly element?: Declaration<unknown>
}

/** The same value as its declaration takes it: a boolean becomes a number where there is one. */
export function wired(declaration: (Declaration<unknown> & Parts) | undefined, value: unknown): unknown {
  if (typeof value === 'boolean') return wiredBoolean(declaration, value)
  if (Array.isArray(value)) return value.map((each) => wired(declaration?.element ?? declaration, each))
  const { table, members } = declaration ?? {}
  if (!isPlainObject(value) || (table ?? members) === undefined) return value
  const entries = Object.entries(value).map(([key, member]) => [
    key,
    wired(table?.[key]?.[1] ?? members?.[key], member),
  ])
  return Object.fromEntries(entries.filter(([, member]) => member !== undefined))
}

/** The same value as the kernel would tell it: addresses in their one form, names of links without what lies behind a zero. */
export const told = <T>(declaration: Declaration<T>, value: T): T =>
  decode(declaration, encode(declaration as Declaration<unknown>, value as NonNullable<T>))

/** Returns the value that encodes a boolean: presence of a flag, 1 or 0. The encoder refuses what is neither flag nor number. */
function wiredBoolean(declaration: Declaration<unknown> | undefined, value: boolean): unknown {
  const known = declaration && ofKind(declaration)
  switch (known?.kind) {
    case 'flag':
      return value || undefined
    case 'integer':
      return isFixed(known) && known.size < 8 ? Number(value) : value
    case 'choice':
      return value && known.alternatives.includes(flag)
        ? value
        : wiredBoolean(known.alternatives.find(isInteger), value)
    default:
      return value
  }
}

const isInteger = ({ kind }: Declaration<unknown>) => kind === 'integer'
