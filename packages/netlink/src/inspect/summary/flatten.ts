import { compactText } from './compact.js'
import { isMembers, type Members, shortly } from './members.js'
import type { Detail } from './types.js'

/** Maximum depth of nests, and number of elements of an array, to print. */
const DEEPEST = 6
const MOST_ELEMENTS = 4

/** Nests that say nothing themselves. Texts omit them, paths do not. */
const SILENT = new Set(['linkinfo', 'options', 'header', 'parms', 'config', 'data', 'attrs', 'slaveData', 'protinfo'])

type Renames = (key: string, value: unknown) => string | undefined

/**
 * Returns a described value as parts: `data.adLacpActive 1`. Adds the number of parts that exceed `limit`. `rename` replaces
 * values, such as the index of a link.
 */
export function flatten(members: Members, limit: number, skipped: ReadonlySet<string>, rename: Renames): Detail[] {
  const details: Detail[] = []
  let omitted = 0
  const add = (detail: Detail) => {
    if (details.length < limit) details.push(detail)
    else omitted++
  }
  const walk = (value: unknown, key: string, path: string, prefix: string, depth: number): void => {
    if (value === undefined || skipped.has(path)) return
    const text = prefix === '' ? key : `${prefix}.${key}`
    if (value === true) {
      add({ text, path })
      return
    }
    const compact = compactText(value)
    if (compact !== undefined) {
      add({ text: `${text} ${compact}`, path })
      return
    }
    if (isMembers(value) && depth < DEEPEST) {
      const inside = SILENT.has(key) ? prefix : text
      for (const inner in value) {
        const innerPath = inner === 'attrs' ? path : path === '' ? inner : `${path}.${inner}`
        walk(value[inner], inner, innerPath, inside, depth + 1)
      }
      return
    }
    if (Array.isArray(value) && value.some((each) => typeof each === 'object' && each !== null)) {
      add({ text: `${text} ${elementsText(value, rename)}`, path })
      return
    }
    add({ text: `${text} ${rename(key, value) ?? shortly(value)}`, path })
  }
  for (const key in members) walk(members[key], key, key, '', 1)
  if (omitted > 0) details.push({ text: `… ${omitted} more` })
  return details
}

function elementsText(values: readonly unknown[], rename: Renames): string {
  const shown = values.slice(0, MOST_ELEMENTS).map((each) => elementText(each, rename))
  return `[${shown.join('; ')}${values.length > MOST_ELEMENTS ? `; … ${values.length - MOST_ELEMENTS} more` : ''}]`
}

function elementText(value: unknown, rename: Renames): string {
  if (Array.isArray(value)) return value.map((each) => elementText(each, rename)).join(' ')
  const compact = compactText(value)
  if (compact !== undefined) return compact
  if (!isMembers(value)) return shortly(value)
  return flatten(value, MOST_ELEMENTS, new Set(), rename)
    .map(({ text }) => text)
    .join(' ')
}
