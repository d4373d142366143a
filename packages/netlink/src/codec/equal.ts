import { Buffer } from './buffer.js'

/** Compares two decoded values deeply: numbers, text, bytes, arrays and plain objects. */
export function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return Object.is(one, other)
  if (one instanceof Uint8Array) return other instanceof Uint8Array && Buffer.compare(one, other) === 0
  const [keys, others] = [Object.keys(one), Object.keys(other)]
  if (keys.length !== others.length || Array.isArray(one) !== Array.isArray(other)) return false
  return keys.every((key) => Object.hasOwn(other, key) && isSame(one[key as never], other[key as never]))
}
