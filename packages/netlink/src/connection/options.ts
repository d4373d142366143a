import { printable } from '../codec/index.js'
import type { Netns } from '../socket/netns.js'
import type { SocketFactory } from '../socket/transport.js'

/** Options of a connection. */
export interface ConnectionOptions {
  /** The namespace its sockets live in for ever; the calling thread's, if left out. */
  readonly netns?: Netns | undefined
  /** Have the kernel check requests to the letter (NETLINK_GET_STRICT_CHK). On by default. */
  readonly strict?: boolean | undefined
  /** How long to wait for each datagram of an answer, in milliseconds; for ever, if left out. */
  readonly timeout?: number | undefined
  /** How often an interrupted dump is tried in all; 10 if left out. */
  readonly dumpAttempts?: number | undefined
  /** How many asynchronous dumps are under way at once, each on a socket of its own; 4 if left out. */
  readonly dumpSockets?: number | undefined
  /**
   * Length of the longest datagram that it sends, in bytes. If left out, the send buffers grow to what a datagram needs. Beyond
   * twice net.core.wmem_max either takes CAP_NET_ADMIN.
   */
  readonly sendBuffer?: number | undefined
  /** The path of a pcap file, to which all is written that is sent and received. It is made anew. */
  readonly capture?: string | undefined
  /** What opens its sockets: a mock kernel, a replay. The kernel, if left out. */
  readonly socketFactory?: SocketFactory | undefined
}

/** How a batch is sent. */
export interface BatchOptions {
  /**
   * `each`: every request is acknowledged. `failures`: only those that fail, and the last one of each call to the kernel; as
   * the kernel goes through them in order and what it refuses is always told, that says as much, in less time.
   * `each` if left out.
   */
  readonly acks?: 'each' | 'failures' | undefined
  /**
   * All goes to the kernel in one call, as a transaction of nftables must. The connection's buffers grow to what the requests and
   * their answers need. Without CAP_NET_ADMIN they have limits: more requests than the send buffer holds are refused
   * (`EMSGSIZE`); if more answers come than there is room for, some are lost (`ENOBUFS`), which `acks: 'failures'` avoids.
   */
  readonly oneCall?: boolean | undefined
}

/** How long an answer is waited for. */
export interface TimeoutOptions {
  /** Milliseconds in which nothing comes; the connection's, if left out. */
  readonly timeout?: number | undefined
}

/** How long an answer is waited for, and what ends that early. What was sent is not taken back. */
export interface WaitOptions extends TimeoutOptions {
  readonly signal?: AbortSignal | undefined
}

/** Options of a monitor. */
export interface MonitorOptions {
  /** Hear what happens in all namespaces that this one has ids for (NETLINK_LISTEN_ALL_NSID); events then tell `nsid`. */
  readonly allNsid?: boolean | undefined
  /**
   * Hear what other processes send to the groups as well; their events have a `sender`. They need CAP_NET_ADMIN for that, except in
   * a protocol that is meant for it, such as NETLINK_USERSOCK. If left out, only the kernel is heard.
   */
  readonly processes?: boolean | undefined
  /** Room for unread events in the kernel, in bytes; 4 MiB if left out. Beyond net.core.rmem_max it takes CAP_NET_ADMIN. */
  readonly receiveBuffer?: number | undefined
  /** Hear by the socket that the connection's requests use, instead of one of its own. */
  readonly shared?: boolean | undefined
}

/** What options there are, and what fits them. */
export type Rules<O> = { readonly [K in keyof O]-?: readonly [what: string, fits: (value: unknown) => boolean] }

const isNumberFrom =
  (least: number, integer = false) =>
  (value: unknown) =>
    typeof value === 'number' && value >= least && (!integer || Number.isInteger(value))
const boolean = ['true or false', (value: unknown) => typeof value === 'boolean'] as const
const timeout = ['milliseconds from 0', isNumberFrom(0)] as const

const bytes = ['bytes from 1', isNumberFrom(1, true)] as const
export const receiveBuffer = bytes

const connectionRules: Rules<ConnectionOptions> = {
  netns: ['a path, a descriptor or { pid }', (value) => ['string', 'number', 'object'].includes(typeof value)],
  strict: boolean,
  timeout,
  dumpAttempts: ['a number from 1', isNumberFrom(1, true)],
  dumpSockets: ['a number from 1', isNumberFrom(1, true)],
  sendBuffer: bytes,
  capture: ['the path of a file', (value) => typeof value === 'string'],
  socketFactory: [
    'what opens sockets',
    (value) => typeof (value as Partial<SocketFactory> | null)?.open === 'function',
  ],
}
const monitorRules: Rules<MonitorOptions> = {
  allNsid: boolean,
  processes: boolean,
  receiveBuffer,
  shared: boolean,
}
const batchRules: Rules<BatchOptions> = {
  acks: ['each or failures', (value) => value === 'each' || value === 'failures'],
  oneCall: boolean,
}
const timeoutRules: Rules<TimeoutOptions> = { timeout }
const waitRules: Rules<WaitOptions> = {
  timeout,
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
}

/** @throws {TypeError} for options that are unknown, as they are misspelt, or make no sense */
export function expectRules<O extends object>(options: O, rules: Rules<O>): O {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`expected options, got ${printable(String(options))}`)
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof O] : undefined
    if (rule === undefined)
      throw new TypeError(`expected the options ${Object.keys(rules).join(', ')}, got '${printable(name)}'`)
    const [what, fits] = rule
    if (value !== undefined && !fits(value))
      throw new TypeError(`expected ${name} to be ${what}, got ${printable(String(value))}`)
  }
  return options
}

export const expectOptions = (options: ConnectionOptions) => expectRules(options, connectionRules)
export const expectMonitorOptions = (options: MonitorOptions) => expectRules(options, monitorRules)
export const expectBatchOptions = (options: BatchOptions) => expectRules(options, batchRules)
export const expectTimeoutOptions = (options: TimeoutOptions) => expectRules(options, timeoutRules)
export const expectWaitOptions = (options: WaitOptions) => expectRules(options, waitRules)
