import { ArgumentError, isRecord, shortened } from '../../codec/error.js'
import { printable, show } from '../../codec/index.js'
import { isInherited } from '../../codec/own.js'
import { type Accepted, checkValue } from './accepted.js'

/** Keys of an object and the values they accept; `1` for a value that is checked when it is encoded. */
export type Keys = Readonly<Record<string, unknown>>

/** The members that hold the index of a link. In objects with names, a member with `Name` at the end holds its name. */
export const indexMembers = ['dev', 'master', 'link', 'via'] as const

/** The members whose numbers have names in files of iproute2. */
export const fileMembers = ['table', 'protocol', 'scope', 'proto', 'tos', 'group'] as const

const nameKeys = new Map([...indexMembers, ...fileMembers].map((member) => [`${member}Name`, member]))

/** True for a name next to its number, as in objects of events, caches and `{ names: true }`. Requests use the number. */
function isNameOfNumber(value: object, key: string): boolean {
  const member = nameKeys.get(key)
  return member !== undefined && Object.hasOwn(value, member)
}

/** Checks that an argument is an object with members. @throws {TypeError} */
export function checkRecord(what: string, value: unknown): asserts value is Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new ArgumentError(`expected ${what} to be an object, got ${show(value)}`)
}

/**
 * Checks the keys and values of an argument before anything is sent. Ignores names next to their numbers.
 * @throws {TypeError} for an unknown key, and for a value outside the accepted ones
 */
export function checkKeys(what: string, value: unknown, keys: Keys): void {
  checkRecord(what, value)
  for (const key of Object.keys(value)) {
    const member = value[key]
    if (!Object.hasOwn(keys, key) && !(member === undefined && isInherited(key)) && !isNameOfNumber(value, key))
      throw new ArgumentError(
        `expected ${what} to have the keys ${Object.keys(keys).join(', ')}, got '${printable(shortened(key))}'`,
      )
    if (member === null)
      throw new ArgumentError(`expected ${key} of ${what} to have a value or to be left out, got null`)
    const accepted = keys[key]
    if (member !== undefined && typeof accepted === 'object' && !(accepted as Accepted).fits(member))
      checkValue(`${key} of ${what}`, member, accepted as Accepted)
  }
}

/** Checks that an object has some keys. @throws {TypeError} naming the first one that is missing */
export function requireKeys<T extends object, K extends string & keyof T>(what: string, value: T, ...keys: K[]): void {
  for (const key of keys)
    if (value[key] === undefined) throw new ArgumentError(`expected ${what} to have '${key}', got none`)
}

type Spec = Readonly<Record<string, unknown>>

/** Returns the members that are given, under other keys. */
export function renamed(value: object, keys: Readonly<Record<string, string>>): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const from in keys) {
    const member = Object.hasOwn(value, from) && Object.hasOwn(keys, from) ? (value as Spec)[from] : undefined
    if (member !== undefined) result[keys[from] as string] = member
  }
  return result
}

/** An object without the members whose value is undefined. */
export type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** Returns an object without the members whose value is undefined: those are not sent. */
export function defined<T extends object>(value: T): Partial<Defined<T>> {
  const result: Record<string, unknown> = {}
  for (const key in value) if (value[key] !== undefined && Object.hasOwn(value, key)) result[key] = value[key]
  return result as Partial<Defined<T>>
}

/** An object under construction. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] }

/**
 * Returns a constructor of plain objects: `fill` assigns their members to `this`, and leaves out those without a value. V8 gives
 * the objects of a constructor one shape, and room for all members that its text assigns. It copies `{}` again and again while
 * members are added, and objects that are made from spreads take ten times as long.
 */
export function constructorOf<T, M>(fill: (this: Draft<T>, message: M) => void): new (message: M) => T {
  fill.prototype = Object.prototype
  return fill as unknown as new (
    message: M,
  ) => T
}

/** Adds the decoded message to an object as a property that is not enumerable: printing and spreading leave it out. */
export const withMessage = <T extends object, M>(object: T, message: M): T & { readonly message: M } =>
  Object.defineProperty(object, 'message', { value: message }) as T & { readonly message: M }

/** Returns the message of an object that was read; undefined for one that the caller wrote, and for a copy. */
export function messageOf<M>(object: object): M | undefined {
  const property = Object.getOwnPropertyDescriptor(object, 'message')
  return (property?.get ? property.get.call(object) : property?.value) ?? undefined
}
