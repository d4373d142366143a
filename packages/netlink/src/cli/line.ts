import type { DissectedMessage, DoneValue, ErrorValue } from '../dissect/index.js'
import { type Redactor, SECRET } from '../inspect/index.js'
import { inNotations, showErrno, showHead, showOutcome, showScalar } from './print.js'

/** Yields the members of an object. Those of `attrs` are the main content of a message, so they have no braces. */
function* members(value: object): Generator<string> {
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue
    if (key === 'attrs' && !Array.isArray(member)) yield* members(member)
    else yield `${key} ${inline(member)}`
  }
}

/** Returns a value as text without line breaks: nests in braces, lists in brackets. */
export function inline(value: unknown): string {
  const scalar = showScalar(value)
  if (scalar !== undefined) return scalar
  if (Array.isArray(value)) return `[${value.map(inline).join(' ')}]`
  return `{ ${[...members(value as object)].join('  ')} }`
}

/** Returns the content of a message in parts. */
export function contentOf(message: DissectedMessage, redactor: Redactor): string[] {
  const { type, error, protocol, unknown } = message
  const value = redactor.describe(message, inNotations, SECRET)
  const isRaw = value instanceof Uint8Array
  if (error) return [`unreadable: ${error.message}`, ...(isRaw && value.length === 0 ? [] : [inline(value)])]
  const note = unknown > 0 ? [`(${unknown} unknown)`] : []
  if (isRaw || typeof value !== 'object' || value === null) return [inline(value), ...note]
  if (type === 'NLMSG_ERROR') {
    const { attrs: { msg: _, ...others } = {} } = value as ErrorValue
    return [showOutcome(value as ErrorValue, protocol), ...members(others), ...note]
  }
  if (type === 'NLMSG_DONE') return [showErrno(value as DoneValue)]
  return [...members(value), ...note]
}

/** Returns a message as one line, without keys. An answer contains the header of its request, but not its content. */
export const showLine = (message: DissectedMessage, time: bigint, redactor: Redactor): string =>
  [showHead(message, time), ...contentOf(message, redactor)].join('  ')
