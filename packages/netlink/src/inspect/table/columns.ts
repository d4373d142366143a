import { inline, Words } from '../inline.js'

/** The described value of an object: words for numbers, see `describe`. */
export type Row = Readonly<Record<string, unknown>>

/** Returns the name of a link. */
export type LinkName = (index: number) => string

/** A column of a table. */
export interface Column {
  readonly title: string
  /** Path of the member that it shows: `linkinfo.kind`. `attrs` is left out. */
  readonly path: string
  /** True if the member is the index of a link, which is shown as its name. */
  readonly isLink?: true
  /** Shows something else than the member. */
  readonly text?: (row: Row, linkName: LinkName) => string
}

/** Members with the index of a link, in objects of any kind but links themselves. */
const linkMembers = new Set(['ifindex', 'oif', 'iif', 'master', 'link', 'ifIndex', 'idiagIf'])

/** Prefixes of the kernel's names that say nothing in a column. */
const prefixes = /^(IF_OPER|RTN|RTPROT|RT_SCOPE|RT_TABLE|FR_ACT|ARPHRD|BR_STATE|NFPROTO|TCP|RTNL_FAMILY|TC_H|AF)_/

/** Returns a member of an object. Looks in `attrs` too. Returns undefined if there is none. */
export function memberAt(row: unknown, path: string): unknown {
  let value = row
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return undefined
    const { attrs } = value as { readonly attrs?: object }
    const holder = Object.hasOwn(value, key) ? value : attrs && Object.hasOwn(attrs, key) ? attrs : undefined
    value = holder === undefined ? undefined : (holder as Row)[key]
  }
  return value
}

/** Returns a value as the text of a cell. */
export function cellText(value: unknown): string {
  // Flags of which none is set.
  if (value === undefined || (value instanceof Words && value.text === '0')) return ''
  if (typeof value === 'string') return value
  if (value instanceof Words)
    return value.text
      .split('|')
      .map((word) => word.replace(prefixes, '').toLowerCase())
      .join(',')
  return inline(value)
}

/** Returns the column of a path that the user gives. */
export function columnOf(path: string, known: readonly Column[]): Column {
  const found = known.find((column) => column.path === path || column.title.toLowerCase() === path.toLowerCase())
  if (found) return found
  const isLink = linkMembers.has(path.slice(path.lastIndexOf('.') + 1))
  return { title: path.toUpperCase(), path, ...(isLink ? { isLink } : {}) }
}

/** Returns the text of a cell. */
export function cellOf({ path, isLink, text }: Column, row: Row, linkName: LinkName): string {
  if (text) return text(row, linkName)
  const value = memberAt(row, path)
  return isLink && typeof value === 'number' ? (value === 0 ? '' : linkName(value)) : cellText(value)
}

/** Most columns of a table of objects whose kind has none of its own. */
const MOST_COLUMNS = 8
/** Number of objects whose members become columns. */
const SAMPLE = 100
/** Longest text of a cell in such a column. */
const LONGEST_CELL = 40

/** Returns columns for the members that the first objects have and that are short. */
export function columnsFor(rows: readonly Row[]): Column[] {
  const paths = new Map<string, boolean>()
  for (const row of rows.slice(0, SAMPLE)) {
    const { attrs, ...header } = row
    for (const [key, value] of Object.entries({ ...header, ...(attrs as object | undefined) })) {
      const isShort = typeof value !== 'object' || value === null || value instanceof Words || Array.isArray(value)
      paths.set(key, (paths.get(key) ?? true) && isShort && cellText(value).length <= LONGEST_CELL)
    }
  }
  const short = [...paths].flatMap(([path, fits]) => (fits ? [path] : []))
  return short.slice(0, MOST_COLUMNS).map((path) => columnOf(path, []))
}
