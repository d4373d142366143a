import { snapshot as copyOf, wasRead } from '../api/values/snapshot.js'
import { isRecord } from '../codec/error.js'
import { printable } from '../codec/index.js'

type Members = Readonly<Record<string, unknown>>

const reasonOf = (error: unknown) => printable(error instanceof Error ? error.message : String(error))

/**
 * Returns a copy of a desired state, whose properties are read once. Adds those that cannot be read to `mistakes`, each with its place.
 */
export function copyDesired(given: Members, mistakes: string[]): Record<string, unknown> {
  return membersOf(given, '', mistakes, (path, value) =>
    Array.isArray(value) ? listOf(path, value, mistakes) : copyOf(value),
  )
}

function listOf(path: string, list: readonly unknown[], mistakes: string[]): unknown[] {
  const given = Object.keys(list).length
  if (given < list.length) {
    // A list of a few objects can have billions of holes.
    mistakes.push(`${path}: expected a list without holes, got ${given} objects in a list of ${list.length}`)
    return []
  }
  return Array.from(list.keys(), (at) => {
    try {
      return copyOf(list[at])
    } catch {
      return elementOf(`${path}[${at}]`, list, at, mistakes)
    }
  })
}

/** Returns a copy of an element of which a property cannot be read. Each property is read by itself, which takes ten times as long. */
const elementOf = (path: string, list: readonly unknown[], at: number, mistakes: string[]) =>
  read(path, mistakes, () => {
    const each = list[at]
    return isRecord(each) && !wasRead(each)
      ? membersOf(each, `${path}.`, mistakes, (_path, value) => copyOf(value))
      : copyOf(each)
  })

function membersOf(
  given: Members,
  prefix: string,
  mistakes: string[],
  copy: (path: string, value: unknown) => unknown,
): Record<string, unknown> {
  const copied: Record<string, unknown> = {}
  for (const key of Object.keys(given)) {
    const path = `${prefix}${printable(key)}`
    const value = read(path, mistakes, () => copy(path, given[key]))
    // An assignment to `__proto__` would not add a member.
    Object.defineProperty(copied, key, { value, enumerable: true, writable: true, configurable: true })
  }
  return copied
}

function read<T>(path: string, mistakes: string[], value: () => T): T | undefined {
  try {
    return value()
  } catch (error) {
    mistakes.push(`${path}: expected a property that can be read, got the error ${JSON.stringify(reasonOf(error))}`)
    return undefined
  }
}
