import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Names of a header that belong together: an enum, or `#define`s with a common prefix. */
export interface Group {
  readonly header: string
  /** `enum macvlan_mode`, `RTAX_*` */
  readonly label: string
  readonly names: readonly string[]
  /** Second names, each with the first: `IFLA_TARGET_NETNSID` is `IFLA_IF_NETNSID`. */
  readonly aliases: Readonly<Record<string, string>>
  /** True if the group numbers attributes and has a name for "none" or for their number. */
  readonly ofAttributes: boolean
}

/** Names that a header defines, parsed from its text, because the compiler does not list them. */
export interface HeaderNames {
  readonly header: string
  readonly enums: readonly Group[]
  /** `#define`s with a number. */
  readonly defines: readonly string[]
  readonly structs: readonly string[]
}

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/\/\/.*$/gm, '')
const withoutDirectives = (text: string) => text.replace(/^[ \t]*#(?:.*\\\n)*.*$/gm, '')

const isName = (text: string) => /^[A-Za-z_]\w*$/.test(text)

interface Member {
  readonly name: string
  /** The expression as written; undefined if the member is one more than the previous one. */
  readonly value: string | undefined
}

/** True if the member is another name for an earlier one. */
const isAlias = ({ value }: Member) => value !== undefined && isName(value)

/** True for members that only count or delimit the others. */
function isBookkeeping({ name, value }: Member, index: number, members: readonly Member[]): boolean {
  if (name.startsWith('__') || /(^|_)(UNSPEC|UNUSED|INVALID)$/.test(name) || isAlias({ name, value })) return true
  if (!/_(MAX|LAST|CNT|COUNT|END)$|^(NUM|MAX)_|(^|_)NUM_|_NUM$/.test(name)) return false
  const isLast = members.slice(index + 1).every((later) => later.name.startsWith('__') || later.value !== undefined)
  return value === undefined ? isLast : /[A-Z_]{4}/.test(value)
}

function membersOf(body: string): Member[] {
  const parts = body.split(/,(?![^(]*\))/).map((part) => part.trim())
  return parts.filter(Boolean).map((part) => {
    const [name = '', value] = part.split(/=(.*)/s).map((each) => each.trim())
    return { name, value }
  })
}

function enumsOf(header: string, text: string): Group[] {
  return [...withoutDirectives(text).matchAll(/\benum\s*(\w*)\s*\{([^}]*)\}/g)].flatMap(([, tag, body = '']) => {
    const members = membersOf(body)
    const names = members.filter((...each) => !isBookkeeping(...each)).map(({ name }) => name)
    const ofAttributes = members.some(({ name }) => /^__\w+_MAX$|^\w+_UNSPEC$/.test(name))
    const aliases = Object.fromEntries(members.filter(isAlias).map(({ name, value = '' }) => [name, value]))
    if (names.length === 0) return []
    return [{ header, label: tag ? `enum ${tag}` : `enum { ${names[0]}, … }`, names, aliases, ofAttributes }]
  })
}

function definesOf(text: string): string[] {
  const lines = [...text.replace(/\\\n/g, ' ').matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(\S.*)$/gm)]
  const members = lines.map(([, name = '', value = '']): Member => ({ name, value: value.trim() }))
  const isNumber = ({ value = '' }: Member) => /^[-\w\s()|<>+~*&]+$/.test(value) && /\d|\||_/.test(value)
  return members.filter((each, index) => isNumber(each) && !isBookkeeping(each, index, members)).map(({ name }) => name)
}

/** Returns the names of a header under `root`. Empty if the header does not exist. */
export function readHeader(root: string, header: string): HeaderNames {
  const file = join(root, header)
  const text = existsSync(file) ? withoutComments(readFileSync(file, 'utf8')) : ''
  return {
    header,
    enums: enumsOf(header, text),
    defines: definesOf(text),
    structs: [...withoutDirectives(text).matchAll(/^struct\s+(\w+)\s*\{/gm)].map(([, name = '']) => name),
  }
}

/** Returns the `#define`s with a prefix. */
export const definesWith = ({ header, defines }: HeaderNames, prefix: string, belongs: (name: string) => boolean) => ({
  header,
  label: `${prefix}_*`,
  names: defines.filter((name) => name.startsWith(`${prefix}_`) && belongs(name)),
  aliases: {},
  ofAttributes: false,
})
