import { flagsText } from '../dissect/flags-text.js'
import type { DissectedMessage, ErrorValue } from '../dissect/index.js'
import { showText } from '../inspect/inline.js'
import type { Nlmsghdr } from '../message/index.js'
import { showTime } from './time.js'

const showHeader = (type: string, header: Nlmsghdr | undefined) =>
  header ? ` ${flagsText(type, header.flags)} seq ${header.seq} pid ${header.pid}` : ''

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
