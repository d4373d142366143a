import { Buffer } from '../codec/buffer.js'
import type { DescribeOptions } from '../codec/index.js'

/** Returns text for printing. It is quoted unless it is one plain word. */
export const showText = (text: string) => (/^[\w.:/@+-]+$/.test(text) ? text : JSON.stringify(text))

/** The name of a number. It is printed without quotes. */
export class Words {
  constructor(readonly text: string) {}
}

/** Options of `describe` for printed values. */
export const inWords: DescribeOptions = {
  word: (words) => new Words(words),
}

/** Options of `describe` for printed values of which each is shown as tools show it: a handle as `1:10`. */
export const inNotations: DescribeOptions = { ...inWords, notations: true }

/** Returns a number, text or bytes for printing. Returns undefined for a value that needs its own lines. */
export function showScalar(value: unknown): string | undefined {
  if (value instanceof Words) return value.text
  if (value instanceof Uint8Array) return value.length === 0 ? '(empty)' : Buffer.from(value).toString('hex')
  if (typeof value === 'string') return showText(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (!Array.isArray(value)) return Object.keys(value).length === 0 ? '{}' : undefined
  const all = value.map(showScalar)
  return all.every((each) => each !== undefined) ? `[${all.join(' ')}]` : undefined
}

/** Yields the members of an object. Those of `attrs` are the main content of a message, so they have no braces. */
export function* inlineMembers(value: object): Generator<string> {
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue
    if (key === 'attrs' && !Array.isArray(member)) yield* inlineMembers(member)
    else yield `${key} ${inline(member)}`
  }
}

/** Joins texts. It does not copy them, as `join()` would do once for each level of a nest. */
function joined(parts: Iterable<string>, separator: string): string {
  let text = ''
  let before = ''
  for (const part of parts) {
    text += before + part
    before = separator
  }
  return text
}

/** Returns a value as text without line breaks: nests in braces, lists in brackets. */
export function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${joined(value.map(inline), ' ')}]`
  return showScalar(value) ?? `{ ${joined(inlineMembers(value as object), '  ')} }`
}
