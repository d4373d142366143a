import { isRecord } from '../../codec/error.js'

/** Options have fewer levels. An object that contains itself has no end. */
const DEPTH = 8

/** True for an object that was read: its message is hidden, and may not be decoded yet. */
export const wasRead = (value: object) => Object.getOwnPropertyDescriptor(value, 'message')?.enumerable === false

/**
 * Returns a copy of an argument, so that each of its properties is read once: a getter might return another value later, after the
 * first one was checked. Contains own enumerable properties only, those of objects and lists inside it too. Objects that were
 * read are returned as they are.
 */
export function snapshot<T>(value: T, depth?: number): T
export function snapshot(value: unknown, depth = DEPTH): unknown {
  if (typeof value !== 'object' || value === null || depth === 0) return value
  if (Array.isArray(value)) return Array.from(value, (each) => snapshot(each, depth - 1))
  if (!isRecord(value) || wasRead(value)) return value
  const copy = { ...value }
  for (const key of Object.keys(copy)) {
    const member = copy[key]
    if (typeof member === 'object' && member !== null) copy[key] = snapshot(member, depth - 1)
  }
  return copy
}
