import type { Claim } from './headers.js'

// The parts of declarations that the checks need, so that rows of any type fit.
export interface SetLike {
  readonly name: string
  readonly table: Readonly<Record<string, readonly [type: number, ...unknown[]]>>
  nameOf(type: number): string
}
export interface ConstantsLike {
  readonly prefix: string
  readonly values: Readonly<Record<string, number | bigint>>
}
export interface StructLike {
  readonly name: string
  readonly size: number
  readonly members: Readonly<Record<string, { readonly size: number; readonly layout: { readonly type: string } }>>
}

/** Names with a common prefix in the kernel's headers: an attribute set, constants, or the prefix itself (`'IFLA_STATS'`). */
export type Prefixed = SetLike | ConstantsLike | string

/** Exceptions to the rule that derives C names from a struct. */
export interface StructOptions {
  /** The C type, unless it is `struct` and the declaration's name: `'union nf_inet_addr'`, `'tc_fifo_t'`. */
  readonly type?: string
  /** C expressions of members that differ from the prefix and the key: `{ ipv4: 'u.ip4' }`. */
  readonly members?: Readonly<Record<string, string>>
  /** True if the C struct is longer than the declaration, for example if it ends in a union. Its size is not checked then. */
  readonly longer?: true
}

/** A struct, the kernel's prefix of its members (`'ifi_'`), and exceptions. */
export type StructRow = readonly [struct: StructLike, memberPrefix: string, options?: StructOptions]

/**
 * The declarations of a family, and the kernel headers to compare them with. test/netlink/headers/ contains one file per family.
 */
export interface HeaderFamily {
  /** Name in docs/coverage.md. */
  readonly name: string
  /** The family's own headers, `linux/if_link.h`. Names in them that are not declared are listed. */
  readonly headers: readonly string[]
  /** Further headers that define a few of the names. */
  readonly also?: readonly string[]
  /** C code that must precede the headers: a macro that they use but do not define. */
  readonly prelude?: string
  /** Namespaces of modules; every attribute set, constants family and protocol that they export is checked. */
  readonly declarations: readonly Readonly<Record<string, unknown>>[]
  /** All structs that these modules export or use in attributes. */
  readonly structs: readonly StructRow[]
  /** Returns the C expression of a message's or command's number; by default its name. */
  readonly messageNumber?: (name: string) => string
  /** Further C expressions, with their expected values. */
  readonly numbers?: Readonly<Record<string, number>>
  /** Declarations that no header defines, each with the reason, e.g. a kernel-internal struct. */
  readonly unnamed?: readonly (readonly [declaration: unknown, reason: string])[]
  /**
   * Groups that are declared only in part: missing names are counted. All other groups of the family must be complete: a missing
   * name is an error.
   */
  readonly basics?: 'all' | readonly Prefixed[]
  /** Exceptions from `basics: 'all'`: groups that must be complete. */
  readonly whole?: readonly Prefixed[]
  /** Names that are excluded for good, each with the reason: `IFLA_X` (with the enum of its values), or `struct x`. */
  readonly except?: Readonly<Record<string, string>>
}

type Numbered = Readonly<Record<string, readonly [number, ...unknown[]]>>

const has = (value: unknown, ...keys: readonly string[]) =>
  typeof value === 'object' && value !== null && keys.every((key) => key in value)

export const isSet = (value: unknown): value is SetLike => has(value, 'name', 'table', 'nameOf')
export const isConstants = (value: unknown): value is ConstantsLike => has(value, 'prefix', 'values')
export const isStruct = (value: unknown): value is StructLike =>
  has(value, 'name', 'size', 'members') && (value as { kind?: unknown }).kind === 'struct'

/** Returns the names and numbers of a protocol's messages or a generic family's commands. Empty for any other value. */
export function numberedOf(value: unknown): readonly (readonly [name: string, number: number])[] {
  if (!has(value, 'name', 'messages', 'byName') && !has(value, 'name', 'messages', 'byCommand')) return []
  const { messages, replies = {} } = value as { readonly messages: Numbered; readonly replies?: Numbered }
  return [...Object.entries(messages), ...Object.entries(replies)].map(([name, [number]]) => [name, number])
}

export const prefixOf = (each: Prefixed) =>
  typeof each === 'string' ? each : isConstants(each) ? each.prefix : each.name

const snake = (key: string) => key.replace(/[A-Z]/g, '_$&').toLowerCase()

/** Returns the C type of a struct. */
export const typeOf = ([{ name }, , options]: StructRow) => options?.type ?? `struct ${name}`

function structClaims(row: StructRow): Claim[] {
  const [{ size, members }, prefix, { members: inCOf = {}, longer } = {}] = row
  const type = typeOf(row)
  let at = 0
  const claims: Claim[] = longer ? [] : [{ expression: `sizeof(${type})`, expected: size }]
  for (const [key, member] of Object.entries(members)) {
    const inC = inCOf[key] ?? `${prefix}${snake(key)}`
    if (member.layout.type !== 'pad') {
      claims.push({ expression: `offsetof(${type}, ${inC})`, expected: at })
      claims.push({ expression: `sizeof(((${type} *)0)->${inC})`, expected: member.size })
    }
    at += member.size
  }
  return claims
}

const exportsOf = ({ declarations }: HeaderFamily) => declarations.flatMap((module) => Object.values(module))

const attributeClaims = (set: SetLike): Claim[] =>
  Object.values(set.table).map(([type]) => ({ expression: set.nameOf(type), expected: type }))

const constantClaims = ({ prefix, values }: ConstantsLike): Claim[] =>
  Object.entries(values).map(([name, expected]) =>
    typeof expected === 'bigint'
      ? { expression: `${prefix}_${name} == ${expected}ULL`, expected: 1 }
      : { expression: `${prefix}_${name}`, expected },
  )

/** Returns all claims of a family about the headers. */
export function claimsOf(family: HeaderFamily): Claim[] {
  const unnamed = new Set(family.unnamed?.map(([declaration]) => declaration))
  const named = exportsOf(family).filter((each) => !unnamed.has(each))
  const { messageNumber = (name: string) => name, numbers = {} } = family
  return [
    ...named.filter(isSet).flatMap(attributeClaims),
    ...named.filter(isConstants).flatMap(constantClaims),
    ...named.flatMap(numberedOf).map(([name, expected]) => ({ expression: messageNumber(name), expected })),
    ...family.structs.flatMap(structClaims),
    ...Object.entries(numbers).map(([expression, expected]) => ({ expression, expected })),
  ]
}

/** Returns all declarations that a family covers: its exports, its structs, and those that no header defines. */
export const claimedBy = (family: HeaderFamily): unknown[] => [
  ...exportsOf(family).filter((each) => isSet(each) || isConstants(each) || numberedOf(each).length > 0),
  ...family.structs.map(([struct]) => struct),
  ...(family.unnamed ?? []).map(([declaration]) => declaration),
]

/** Returns all kernel names that a family declares. */
export function namesOf(family: HeaderFamily): string[] {
  const all = exportsOf(family)
  return [
    ...all.filter(isSet).flatMap((set) => Object.values(set.table).map(([type]) => set.nameOf(type))),
    ...all.filter(isConstants).flatMap(({ prefix, values }) => Object.keys(values).map((name) => `${prefix}_${name}`)),
    ...all.flatMap(numberedOf).map(([name]) => name),
  ]
}

/** Returns the prefixes of the names that a family declares. */
export const prefixesOf = (family: HeaderFamily): string[] =>
  exportsOf(family)
    .filter((each) => isSet(each) || isConstants(each))
    .map(prefixOf)
