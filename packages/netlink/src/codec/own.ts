import { isPlainObject } from './error.js'

/**
 * Access to own properties only. Programs may add to `Object.prototype`, and an attribute may have the name `__proto__` or
 * `toString`.
 */

/**
 * True if plain objects inherit a property of this name. Then an assignment may call a setter instead of creating the
 * property.
 */
export const isInherited = (key: PropertyKey): boolean => key in Object.prototype

/** Returns an own property, or undefined. */
export function own<T>(value: Readonly<Record<string, T>>, key: PropertyKey): T | undefined
export function own<T extends object, K extends keyof T>(value: T, key: K): T[K] | undefined
export function own(value: object, key: PropertyKey): unknown
export function own(value: object, key: PropertyKey): unknown {
  return Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined
}

/** Returns a copy that inherits nothing, for destructuring. */
export const ownMembers = <T extends object>(value: T): T => Object.assign(Object.create(null), value)

/** Sets an own property. */
export function setOwn(value: object, key: PropertyKey, member: unknown): void {
  if (!isInherited(key)) (value as Record<PropertyKey, unknown>)[key] = member
  else Object.defineProperty(value, key, { value: member, writable: true, enumerable: true, configurable: true })
}

/** Appends to the array under `key`. Creates the array for the first element. */
export function addOwn(value: object, key: PropertyKey, element: unknown): void {
  const elements = own(value, key) as unknown[] | undefined
  if (elements === undefined) setOwn(value, key, [element])
  else elements.push(element)
}

const plain = {}

/**
 * Returns a copy that hides inherited properties: it has the own properties, and an own `undefined` for every property that a
 * program added to `Object.prototype`. Spreading keeps those. Copies the hidden message of an object that was read, too.
 */
export const ownOnly = <T>(value: T): T => (inheritsNothing() ? value : (shielded(value) as T))

/** True if no program has added to `Object.prototype`. */
export function inheritsNothing(): boolean {
  for (const _ in plain) return false
  return true
}

function shielded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shielded)
  if (!isPlainObject(value)) return value
  const entries = Object.entries(value).map(([key, member]) => [key, shielded(member)])
  const inherited: string[] = []
  for (const key in plain) inherited.push(key)
  const result = { ...Object.fromEntries(inherited.map((key) => [key, undefined])), ...Object.fromEntries(entries) }
  const message = Object.getOwnPropertyDescriptor(value, 'message')
  if (message?.enumerable !== false) return result
  return Object.defineProperty(result, 'message', { value: message.get ? message.get.call(value) : message.value })
}
