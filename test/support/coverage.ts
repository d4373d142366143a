import { type HeaderFamily, namesOf, prefixesOf, prefixOf, typeOf } from './header-family.js'
import { definesWith, type Group, type HeaderNames, readHeader } from './header-names.js'

/** A group of the kernel's names of which at least one is declared. */
export interface Covered extends Group {
  readonly isWhole: boolean
  readonly declared: number
  readonly missing: readonly string[]
}

/** Names that the headers define for a family, and the declared ones among them. */
export interface FamilyCoverage {
  readonly family: HeaderFamily
  readonly groups: readonly Covered[]
  /** Enums of its own headers without any declared name. */
  readonly untouched: readonly Group[]
  /** `#define`s of its own headers that belong to no group. */
  readonly loose: readonly string[]
  /** Structs of its own headers that are not declared. */
  readonly structs: readonly string[]
  /** Everything that `except` may name: all names and structs of its headers. */
  readonly known: readonly string[]
}

/** Returns the longest of `prefixes` that `name` begins with. */
const prefixIn = (prefixes: readonly string[], name: string) =>
  prefixes.filter((prefix) => name.startsWith(`${prefix}_`)).sort((a, b) => b.length - a.length)[0]

/** Returns the groups in `headers` that contain `declared` names. */
function groupsOf(
  headers: readonly HeaderNames[],
  declared: ReadonlySet<string>,
  prefixes: readonly string[],
): Group[] {
  const enums = headers.flatMap((header) =>
    header.enums.filter(({ names }) => names.some((name) => declared.has(name))),
  )
  const enumerated = new Set(enums.flatMap(({ names }) => names))
  const defined = headers.flatMap((header) => {
    const ours = header.defines.filter((name) => declared.has(name) && !enumerated.has(name))
    const found = new Set(ours.map((name) => prefixIn(prefixes, name)).filter((prefix) => prefix !== undefined))
    return [...found].map((prefix) =>
      definesWith(header, prefix, (name) => prefixIn(prefixes, name) === prefix && !enumerated.has(name)),
    )
  })
  return [...enums, ...defined]
}

/**
 * True if the group must be declared completely. The longest matching prefix decides: `basics` and `whole` may name longer ones
 * than are declared.
 */
function isWhole({ basics, whole = [] }: HeaderFamily, names: readonly string[], prefixes: readonly string[]): boolean {
  const wholes = whole.map(prefixOf)
  const parts = basics === 'all' ? [] : (basics ?? []).map(prefixOf)
  const best = names.map((name) => prefixIn([...prefixes, ...wholes, ...parts], name) ?? '')
  if (best.some((prefix) => wholes.includes(prefix))) return true
  return basics !== 'all' && !best.every((prefix) => parts.includes(prefix))
}

/** True for `#define`s that no message contains: versions, sizes, limits, and numbers of ioctls and socket options. */
const isNoConstant = (name: string) =>
  /(^|_)(VERSION|SIZE|LEN|MAXLEN|SIZE_MAX|MAX_LEN|MAX_SIZE|ALIGNTO|HDRLEN)$|^SIOC|^MAX|_MAX_|_(MAX|MIN|SHIFT|NR_\w+)$/.test(
    name,
  )

/** Returns a function that is true for the names that a family excludes: `IFLA_X`, or all that match `BRCTL_*`. */
export function exceptions({ except = {} }: HeaderFamily): (name: string) => boolean {
  const starts = Object.keys(except).flatMap((each) => (each.endsWith('*') ? [each.slice(0, -1)] : []))
  return (name) => Object.hasOwn(except, name) || starts.some((start) => name.startsWith(start))
}

const keyOf = ({ header, label }: Group) => `${header} ${label}`

/** Returns the groups with a declared name, each with the family that declares most of it. */
function ownersOf(
  families: readonly HeaderFamily[],
  read: (header: string) => HeaderNames,
  prefixes: readonly string[],
) {
  const owners = new Map<string, { readonly family: HeaderFamily; readonly group: Group; readonly count: number }>()
  for (const family of families) {
    const own = new Set(namesOf(family))
    const headers = [...family.headers, ...(family.also ?? [])].map(read)
    for (const group of groupsOf(headers, own, prefixes)) {
      const count = group.names.filter((name) => own.has(name)).length
      if (count > (owners.get(keyOf(group))?.count ?? 0)) owners.set(keyOf(group), { family, group, count })
    }
  }
  return owners
}

/**
 * Compares the declarations of families with the headers under `root`. A group belongs to the family that declares most of it. A
 * name that any family declares is not missing.
 */
export function coverageOf(families: readonly HeaderFamily[], root: string): FamilyCoverage[] {
  const cache = new Map<string, HeaderNames>()
  const read = (header: string) => {
    const names = cache.get(header) ?? readHeader(root, header)
    cache.set(header, names)
    return names
  }
  const all = new Set(families.flatMap(namesOf))
  const prefixes = [...new Set(families.flatMap(prefixesOf))]
  const owners = ownersOf(families, read, prefixes)
  const grouped = new Set([...owners.values()].flatMap(({ group }) => group.names))
  const types = families.flatMap(({ structs }) => structs.map(typeOf))
  return families.map((family) => {
    const isExcept = exceptions(family)
    const headers = family.headers.map(read)
    const covered = ({ group }: { readonly group: Group }): Covered => {
      const names = group.names.filter((name) => !isExcept(name))
      const seconds = Object.keys(group.aliases).filter((alias) => all.has(alias))
      const isDeclared = (name: string) => all.has(name) || seconds.some((alias) => group.aliases[alias] === name)
      const declared = names.filter(isDeclared)
      return {
        ...group,
        names,
        declared: declared.length,
        missing: names.filter((name) => !isDeclared(name)),
        isWhole: isWhole(family, declared, prefixes),
      }
    }
    return {
      family,
      groups: [...owners.values()].filter((owner) => owner.family === family).map(covered),
      untouched: headers
        .flatMap(({ enums }) => enums)
        .filter((group) => !owners.has(keyOf(group)) && !group.names.some(isExcept)),
      loose: headers
        .flatMap(({ defines }) => defines)
        .filter((name) => !all.has(name) && !grouped.has(name) && !isExcept(name) && !isNoConstant(name)),
      structs: headers
        .flatMap(({ structs }) => structs.map((name) => `struct ${name}`))
        .filter((type) => !types.includes(type) && !isExcept(type)),
      known: [...headers, ...(family.also ?? []).map(read)].flatMap(({ enums, defines, structs }) => [
        ...enums.flatMap(({ names }) => names),
        ...defines,
        ...structs.map((name) => `struct ${name}`),
      ]),
    }
  })
}
