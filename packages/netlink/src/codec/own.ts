/** Members as own properties. A program may add to `Object.prototype`, and an attribute may be called `__proto__` or `toString`. */

/** True if plain objects inherit a property of this name, so that an assignment may not create one. */
export const isInherited = (key: PropertyKey): boolean => key in Object.prototype

/** Returns an own member; `undefined` if there is none. */
export function own(value: object, key: PropertyKey): unknown {
  return Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined
}

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
