import { Buffer } from '../codec/buffer.js'
import { DecodeError, EncodeError, type OpaquePart, show } from '../codec/index.js'
import { textBytes, textUntilNul } from '../codec/text.js'

/** A property `KEY=VALUE`. The value is undefined if there is no `=`. Keys can repeat; the order is the message's. */
export type Property = [key: string, value: string | undefined]

/** Yields the NUL-terminated strings in `bytes[start, end)`. @throws {DecodeError} if the last one has no NUL */
export function* strings(bytes: Buffer, start: number, end: number): Generator<string, void, undefined> {
  // Do not search beyond `end`: the bytes may belong to a large capture file.
  const own = bytes.subarray(start, end)
  for (let at = 0; at < own.length; ) {
    const nul = own.indexOf(0, at)
    if (nul === -1) throw new DecodeError(`expected a NUL behind the text at offset ${at}, got none`)
    yield textUntilNul(own, at, nul)
    at = nul + 1
  }
}

/** Splits `KEY=VALUE` at the first `=`. */
export function propertyOf(text: string): Property {
  const at = text.indexOf('=')
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

/** Returns the position of each property in `bytes[start, end)`, up to the first one without a NUL. */
export function propertyParts(bytes: Buffer, start: number, end: number): OpaquePart[] {
  const parts: OpaquePart[] = []
  for (let from = start; from < end; ) {
    const nul = bytes.subarray(from, end).indexOf(0)
    if (nul === -1) break
    const to = from + nul + 1
    const [name, value] = propertyOf(textUntilNul(bytes, from, to))
    parts.push({ path: ['properties', parts.length, 1], name, from, to, value: value ?? '' })
    from = to
  }
  return parts
}

/** Returns the bytes of a string and its NUL. */
export const terminated = (text: string): Buffer => Buffer.concat([textBytes(text), Buffer.alloc(1)])

/** Returns the bytes of `KEY=VALUE` and its NUL. */
function propertyBytes(property: unknown): Buffer {
  const [key, value] = Array.isArray(property) ? (property as unknown[]) : []
  if (typeof key !== 'string' || key.includes('=') || (value !== undefined && typeof value !== 'string'))
    throw new EncodeError(`expected [key, value], the key without '=', got ${show(property)}`)
  return terminated(value === undefined ? key : `${key}=${value}`)
}

/** Returns the bytes of all properties. @throws {EncodeError} if they are invalid */
export function propertiesBytes(properties: unknown): Buffer {
  if (!Array.isArray(properties)) throw new EncodeError(`expected an array of properties, got ${show(properties)}`)
  return Buffer.concat(properties.map(propertyBytes))
}
