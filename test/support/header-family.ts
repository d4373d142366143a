import type { Claim } from './headers.js'

// What the checks need of declarations: spelt so that rows of them need no type of their own.
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

/** Something the kernel's headers give one prefix: an attribute set, constants, or the prefix itself (`'IFLA_STATS'`). */
export type Prefixed = SetLike | ConstantsLike | string

/** What the mechanical rule would get wrong about a struct. */
export interface StructOptions {
  /** The C type where it is not `struct` and the declaration's name: `'union nf_inet_addr'`, `'tc_fifo_t'`. */
  readonly type?: string
  /** Members by their C expression, where the prefix and the key do not make it: `{ ipv4: 'u.ip4' }`. */
  readonly members?: Readonly<Record<string, string>>
  /** The C struct is longer than what is declared of it (a union at its end, say), which is then not checked. */
  readonly longer?: true
}

/** A struct, what the kernel puts before each member's name (`'ifi_'`), and what the rule gets wrong about it. */
export type StructRow = readonly [struct: StructLike, memberPrefix: string, options?: StructOptions]

/** A family's declarations and the kernel headers that prove them; test/netlink/headers/ has one a file. */
export interface HeaderFamily {
  /** As docs/coverage.md calls it. */
  readonly name: string
  /** The family's own headers, `linux/if_link.h`: what they have and nobody declares is listed. */
  readonly headers: readonly string[]
  /** Headers of others from which it takes a few names. */
  readonly also?: readonly string[]
  /** C that must come before the headers: a macro that they use and none of them defines. */
  readonly prelude?: string
  /** Namespaces of modules; every attribute set, constants family and protocol that they export is checked. */
  readonly declarations: readonly Readonly<Record<string, unknown>>[]
  /** Every struct that those modules export, or is in their attributes. */
  readonly structs: readonly StructRow[]
  /** The C expression of a message's or command's name; the name itself if left out. */
  readonly messageNumber?: (name: string) => string
  /** Further C expressions and what they must be. */
  readonly numbers?: Readonly<Record<string, number>>
  /** Declarations that no header has, each with the reason: of kernel-internal structs, say. */
  readonly unnamed?: readonly (readonly [declaration: unknown, reason: string])[]
  /**
   * What is declared by its basics: names that are missing of it are counted. All else of this family is whole: that names
   * are missing fails.
   */
  readonly basics?: 'all' | readonly Prefixed[]
  /** What is whole though `basics` says 'all'. */
  readonly whole?: readonly Prefixed[]
  /** Names of the headers that are left out for good, each with the reason: `IFLA_X`, of which also its enum, or `struct x`. */
  readonly except?: Readonly<Record<string, string>>
}

type Numbered = Readonly<Record<string, readonly [number, ...unknown[]]>>

const has = (value: unknown, ...keys: readonly string[]) =>
  typeof value === 'object' && value !== null && keys.every((key) => key in value)

export const isSet = (value: unknown): value is SetLike => has(value, 'name', 'table', 'nameOf')
export const isConstants = (value: unknown): value is ConstantsLike => has(value, 'prefix', 'values')
export const isStruct = (value: unknown): value is StructLike => has(value, 'name', 'size', 'members')

/** The messages of a protocol or the commands of a generic family, if it is one: name and number. */
export function numberedOf(value: unknown): readonly (readonly [name: string, number: number])[] {
  if (!has(value, 'name', 'messages', 'byName') && !has(value, 'name', 'messages', 'byCommand')) return []
  const { messages, replies = {} } = value as { readonly messages: Numbered; readonly replies?: Numbered }
  return [...Object.entries(messages), ...Object.entries(replies)].map(([name, [number]]) => [name, number])
}

export const prefixOf = (each: Prefixed) =>
  typeof each === 'string' ? each : isConstants(each) ? each.prefix : each.name

const snake = (key: string) => key.replace(/[A-Z]/g, '_$&').toLowerCase()

/** The C type of a struct. */
export const typeOf = ([{ name }, , options]: StructRow) => options?.type ?? `struct ${name}`

function structClaims(row: StructRow): Claim[] {
  const [{ size, members }, prefix, { members: spelt = {}, longer } = {}] = row
  const type = typeOf(row)
  let at = 0
  const claims: Claim[] = longer ? [] : [{ expression: `sizeof(${type})`, expected: size }]
  for (const [key, member] of Object.entries(members)) {
    const inC = spelt[key] ?? `${prefix}${snake(key)}`
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

/** Everything that a family says about the headers. */
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

/** What a family answers for: what it exports, its structs, and what it says no header has. */
export const claimedBy = (family: HeaderFamily): unknown[] => [
  ...exportsOf(family).filter((each) => isSet(each) || isConstants(each) || numberedOf(each).length > 0),
  ...family.structs.map(([struct]) => struct),
  ...(family.unnamed ?? []).map(([declaration]) => declaration),
]

/** Every name of the kernel's that a family declares. */
export function namesOf(family: HeaderFamily): string[] {
  const all = exportsOf(family)
  return [
    ...all.filter(isSet).flatMap((set) => Object.values(set.table).map(([type]) => set.nameOf(type))),
    ...all.filter(isConstants).flatMap(({ prefix, values }) => Object.keys(values).map((name) => `${prefix}_${name}`)),
    ...all.flatMap(numberedOf).map(([name]) => name),
  ]
}

/** The prefixes that a family declares. */
export const prefixesOf = (family: HeaderFamily): string[] =>
  exportsOf(family)
    .filter((each) => isSet(each) || isConstants(each))
    .map(prefixOf)
