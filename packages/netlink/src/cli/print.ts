import type { DescribeOptions } from '../codec/index.js'
import type { DissectedMessage, ErrorValue } from '../dissect/index.js'
import { flagsText } from '../inspect/flags-text.js'
import type { Nlmsghdr } from '../message/index.js'
import { showTime } from './time.js'

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
