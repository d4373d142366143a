import type { DescribeOptions } from '../codec/index.js'
import type { DissectedMessage, DoneValue, ErrorValue } from '../dissect/index.js'
import { flagsText } from '../inspect/flags-text.js'
import { type Redactor, SECRET } from '../inspect/index.js'
import type { Nlmsghdr } from '../message/index.js'
import { showTime } from './time.js'

const WIDTH = 110

const showHeader = (type: string, header: Nlmsghdr | undefined) =>
  header ? ` ${flagsText(type, header.flags)} seq ${header.seq} pid ${header.pid}` : ''

/** Returns text for printing. It is quoted unless it is one plain word. */
const showText = (text: string) => (/^[\w.:/@+-]+$/.test(text) ? text : JSON.stringify(text))

/**
 * Returns protocol, family and type of a message. Omits the family if the type contains it. Escapes both, because they may
 * come from a capture.
 */
const showName = ({ protocol, type, family }: Pick<DissectedMessage, 'protocol' | 'type' | 'family'>) =>
  [protocol === 'NETLINK_GENERIC' ? family : undefined, type]
    .filter((part) => part !== undefined)
    .map(showText)
    .join(' ')

/** Returns the first line of a message. */
export function showHead(message: DissectedMessage, time: bigint): string {
  const { protocol, type, header, toKernel } = message
  const arrow = toKernel ? '→ kernel' : '← kernel'
  return `${showTime(time)} ${arrow} ${protocol} ${showName(message)}${showHeader(type, header)}`
}

/** The name of a number. It is printed without quotes. */
export class Words {
  constructor(readonly text: string) {}
}

/** Options of `describe` for printed values. */
export const inWords: DescribeOptions = {
  word: (words) => new Words(words),
}

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

/** Yields the members of an object: scalars side by side, nests on separate lines. */
function* showMembers(value: object, indent: string): Generator<string> {
  let line = ''
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue
    const scalar = showScalar(member)
    const part = scalar === undefined ? undefined : `${key} ${scalar}`
    if (line !== '' && (part === undefined || indent.length + line.length + part.length > WIDTH)) {
      yield indent + line
      line = ''
    }
    if (part !== undefined) line += line === '' ? part : `  ${part}`
    // Attributes are the main content of a message, so they have no heading.
    else if (key === 'attrs') yield* showMembers(member, indent)
    else {
      yield `${indent}${key}:`
      yield* showNest(member, `${indent}  `)
    }
  }
  if (line !== '') yield indent + line
}

/** Yields the lines of a nest: its members, or one list item per element. */
export function* showNest(value: object, indent: string): Generator<string> {
  if (!Array.isArray(value)) {
    yield* showMembers(value, indent)
    return
  }
  for (const each of value) {
    const scalar = showScalar(each)
    const lines = scalar === undefined ? showNest(each, '') : [scalar]
    let bullet = '- '
    for (const line of lines) {
      yield indent + bullet + line
      bullet = '  '
    }
  }
}

/** Returns a result for printing: `-17 EEXIST "the kernel's text"`, or `0`. */
export const showErrno = ({ error, code, attrs }: Pick<ErrorValue, 'code' | 'attrs'> & { readonly error?: number }) =>
  [error, code, attrs?.msg === undefined ? undefined : JSON.stringify(attrs.msg)]
    .filter((part) => part !== undefined)
    .join(' ')

/** Returns what an error or ack answers, and how: `ack in answer to RTM_NEWLINK REQUEST|ACK seq 7 pid 0`. */
export function showOutcome(value: ErrorValue, protocol: string): string {
  const { request, attribute } = value
  const what = showName({ ...request, protocol })
  const at = attribute === undefined ? '' : `, at ${attribute}`
  return `${value.error === 0 ? 'ack' : showErrno(value)} in answer to ${what}${showHeader(request.type, request.header)}${at}`
}

function* showError(value: ErrorValue, protocol: string): Generator<string> {
  const { request, attrs: { msg: _, ...others } = {} } = value
  yield `  ${showOutcome(value, protocol)}`
  yield* showMembers(others, '  ')
  if (request.problem !== undefined) yield `    unreadable: ${request.problem}`
  if (request.value !== undefined) yield* showValue(request.value, '    ')
}

function* showValue(value: unknown, indent: string): Generator<string> {
  const scalar = showScalar(value)
  if (scalar === undefined) yield* showMembers(value as object, indent)
  else if (!(value instanceof Uint8Array && value.length === 0)) yield `${indent}${scalar}`
}

/** Yields all lines of a message. `redactor` replaces keys and passwords. */
export function* showMessage(message: DissectedMessage, time: bigint, redactor?: Redactor): Generator<string> {
  const { type, error, protocol, unknown } = message
  const value = redactor ? redactor.describe(message, inWords, new Words(SECRET)) : message.describe(inWords)
  yield showHead(message, time)
  if (error) yield `  unreadable: ${error.message}`
  if (type === 'NLMSG_ERROR' && !(value instanceof Uint8Array)) yield* showError(value as ErrorValue, protocol)
  else if (type === 'NLMSG_DONE' && !(value instanceof Uint8Array)) yield `  ${showErrno(value as DoneValue)}`
  else yield* showValue(value, '  ')
  if (unknown > 0 && !error) yield `  (${unknown} unknown)`
}
