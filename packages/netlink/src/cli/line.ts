import type { DissectedMessage, DoneValue, ErrorValue } from '../dissect/index.js'
import { type Redactor, SECRET } from '../inspect/index.js'
import { inline, inlineMembers, inNotations } from '../inspect/inline.js'
import { showErrno, showHead, showOutcome } from './print.js'

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
    return [showOutcome(value as ErrorValue, protocol), ...inlineMembers(others), ...note]
  }
  if (type === 'NLMSG_DONE') return [showErrno(value as DoneValue)]
  return [...inlineMembers(value), ...note]
}

/** Returns a message as one line, without keys. An answer contains the header of its request, but not its content. */
export const showLine = (message: DissectedMessage, time: bigint, redactor: Redactor): string =>
  [showHead(message, time), ...contentOf(message, redactor)].join('  ')
