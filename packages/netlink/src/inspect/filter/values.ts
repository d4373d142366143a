import { isMembers } from '../summary/members.js'

/** Maximum number of values that a key may have in one message. */
const MOST = 10_000

/**
 * Returns the values at a key path of a decoded value. The path may begin at any depth, and omits `attrs` and the elements of
 * arrays: `kind`, `linkinfo.kind` and `multipath.gateway` are paths.
 */
export function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const found: unknown[] = []
  const walk = (inner: unknown): void => {
    if (found.length >= MOST) return
    if (Array.isArray(inner)) for (const each of inner) walk(each)
    if (!isMembers(inner)) return
    follow(inner, path, found)
    for (const key in inner) walk(inner[key])
  }
  walk(value)
  return found
}

/** Follows the path from a value, and adds what is at its end. */
function follow(value: unknown, path: readonly string[], found: unknown[]): void {
  const [key, ...rest] = path
  if (key === undefined) {
    if (Array.isArray(value)) found.push(...value.slice(0, MOST))
    else if (value !== undefined) found.push(value)
    return
  }
  if (Array.isArray(value)) for (const each of value) follow(each, path, found)
  if (!isMembers(value)) return
  if (Object.hasOwn(value, key)) follow(value[key], rest, found)
  // Attributes have no level of their own in a path.
  else if (isMembers(value.attrs) && Object.hasOwn(value.attrs, key) && path.length > 0)
    follow(value.attrs[key], rest, found)
}
