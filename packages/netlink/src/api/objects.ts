import { printable, show } from '../codec/index.js'
import { isInherited } from '../codec/own.js'
import { type Accepted, expectAccepted } from './accepted.js'

/** The keys of an object and the values they accept; `1` for a value that is checked when it is encoded. */
export type Keys = Readonly<Record<string, unknown>>

/**
 * Checks the keys and values of an argument before anything is sent.
 * @throws {TypeError} for an unknown key, which could be a misspelt one, and for a value outside the accepted ones
 */
export function expectKeys(what: string, value: unknown, keys: Keys): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`expected ${what} to be an object, got ${show(value)}`)
  for (const [key, member] of Object.entries(value)) {
    if (!Object.hasOwn(keys, key) && !(member === undefined && isInherited(key)))
      throw new TypeError(`expected ${what} to have the keys ${Object.keys(keys).join(', ')}, got '${printable(key)}'`)
    if (member === null)
      throw new TypeError(`expected ${printable(key)} of ${what} to have a value or to be left out, got null`)
    const accepted = keys[key]
    if (member !== undefined && typeof accepted === 'object')
      expectAccepted(`${key} of ${what}`, member, accepted as Accepted)
  }
}

/** What `value` must have. @throws {TypeError} */
export function expectGiven<T extends object, K extends string & keyof T>(what: string, value: T, ...keys: K[]): void {
  for (const key of keys)
    if (value[key] === undefined) throw new TypeError(`expected ${what} to have '${key}', got none`)
}

/** The members that are there, under other keys. */
export function renamed(value: object, keys: Readonly<Record<string, string>>): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [from, to] of Object.entries(keys)) {
    const member = Object.hasOwn(value, from) ? (value as Record<string, unknown>)[from] : undefined
    if (member !== undefined) result[to] = member
  }
  return result
}

/** Without the keys whose value is undefined: what is left out is not sent, and not there. */
export type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

export function defined<T extends object>(value: T): Partial<Defined<T>> {
  const result: Record<string, unknown> = {}
  for (const key in value) if (value[key] !== undefined && Object.hasOwn(value, key)) result[key] = value[key]
  return result as Partial<Defined<T>>
}
