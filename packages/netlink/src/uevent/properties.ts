import { Buffer } from '../codec/buffer.js'
import { DecodeError, EncodeError, show } from '../codec/index.js'
import { textBytes, textUntilNul } from '../codec/text.js'

/** `KEY=VALUE`, in the order they came, repeated ones each; the value is undefined where there is no `=`. */
export type Property = [key: string, value: string | undefined]

/** The texts in `bytes[start, end)`, each of which ends with a NUL. @throws {DecodeError} where the last one does not */
export function* texts(bytes: Buffer, start: number, end: number): Generator<string, void, undefined> {
  // No search may go on behind the end: a capture file can be large.
  const own = bytes.subarray(start, end)
  for (let at = 0; at < own.length; ) {
    const nul = own.indexOf(0, at)
    if (nul === -1) throw new DecodeError(`expected a NUL behind the text at offset ${at}, got none`)
    yield textUntilNul(own, at, nul)
    at = nul + 1
  }
}

/** Splits `KEY=VALUE` at its first `=`. */
export function propertyOf(text: string): Property {
  const at = text.indexOf('=')
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

/** A text and its NUL. */
export const terminated = (text: string): Buffer => Buffer.concat([textBytes(text), Buffer.alloc(1)])

/** `KEY=VALUE` and its NUL. */
function propertyBytes(property: unknown): Buffer {
  const [key, value] = Array.isArray(property) ? (property as unknown[]) : []
  if (typeof key !== 'string' || key.includes('=') || (value !== undefined && typeof value !== 'string'))
    throw new EncodeError(`expected [key, value], the key without '=', got ${show(property)}`)
  return terminated(value === undefined ? key : `${key}=${value}`)
}

/** Properties one behind the other. @throws {EncodeError} */
export function propertiesBytes(properties: unknown): Buffer {
  if (!Array.isArray(properties)) throw new EncodeError(`expected an array of properties, got ${show(properties)}`)
  return Buffer.concat(properties.map(propertyBytes))
}
