import { isPlainObject } from './error.js'

/** Members as own properties. A program may add to `Object.prototype`, and an attribute may be called `__proto__` or `toString`. */

/** True if plain objects inherit a property of this name, so that an assignment may not create one. */
export const isInherited = (key: PropertyKey): boolean => key in Object.prototype

/** Returns an own member; `undefined` if there is none. */
export function own(value: object, key: PropertyKey): unknown {
  return Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined
}

/** Returns a copy without inherited members, to destructure it. */
export const ownMembers = <T extends object>(value: T): T => Object.assign(Object.create(null), value)

/** Sets an own member. */
export function setOwn(value: object, key: PropertyKey, member: unknown): void {
  if (!isInherited(key)) (value as Record<PropertyKey, unknown>)[key] = member
  else Object.defineProperty(value, key, { value: member, writable: true, enumerable: true, configurable: true })
}

/** Adds an element to the array under `key`, which is created with the first one. */
export function addOwn(value: object, key: PropertyKey, element: unknown): void {
  const elements = own(value, key) as unknown[] | undefined
  if (elements === undefined) setOwn(value, key, [element])
  else elements.push(element)
}

const plain = {}

/**
 * Returns the argument without what a program added to `Object.prototype`: its own members, and an own `undefined` for each
 * inherited one, which copies keep. The message of an object that was read stays.
 */
export function ownOnly<T>(value: T): T {
  for (const _ in plain) return shielded(value) as T
  return value
}

function shielded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shielded)
  if (!isPlainObject(value)) return value
  const entries = Object.entries(value).map(([key, member]) => [key, shielded(member)])
  const inherited: string[] = []
  for (const key in plain) inherited.push(key)
  const result = { ...Object.fromEntries(inherited.map((key) => [key, undefined])), ...Object.fromEntries(entries) }
  const message = Object.getOwnPropertyDescriptor(value, 'message')
  return message?.enumerable === false ? Object.defineProperty(result, 'message', message) : result
}
