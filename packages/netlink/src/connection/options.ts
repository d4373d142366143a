import { ArgumentError, printable } from '../codec/index.js'
import type { Netns } from '../socket/netns.js'
import type { SocketFactory } from '../socket/transport.js'

/** Options of a connection. */
export interface ConnectionOptions {
  /** The network namespace of all its sockets. Default: that of the calling thread. */
  readonly netns?: Netns | undefined
  /** Have the kernel refuse requests with invalid or unknown fields (NETLINK_GET_STRICT_CHK). Default: true. */
  readonly strict?: boolean | undefined
  /** Most milliseconds to wait for each datagram of an answer. Default: no limit. */
  readonly timeout?: number | undefined
  /** Most attempts at a dump that changes interrupt. Default: 10. */
  readonly dumpAttempts?: number | undefined
  /** Most asynchronous dumps in flight, each on a socket of its own. Further dumps wait. Default: 4. */
  readonly dumpSockets?: number | undefined
  /**
   * Length of the longest datagram that it sends, in bytes. By default, the send buffer grows to what a datagram needs. More
   * than twice net.core.wmem_max requires CAP_NET_ADMIN in either case.
   */
  readonly sendBuffer?: number | undefined
  /** The path of a pcap file that records everything that is sent and received. An existing file is replaced. */
  readonly capture?: string | undefined
  /** Opens its sockets, instead of the kernel: a mock kernel, a script or a replay. */
  readonly socketFactory?: SocketFactory | undefined
}

/** Options of a batch. */
export interface BatchOptions {
  /**
   * `each`: the kernel acknowledges every request. `failures`: it acknowledges only the last request of each call, and reports
   * each failure. It processes requests in order, so all others have succeeded. That is faster. Default: `each`.
   */
  readonly acks?: 'each' | 'failures' | undefined
  /**
   * Sends all requests in one call, as a transaction of nftables requires. The buffers of the connection grow to what the requests
   * and their answers need. Without CAP_NET_ADMIN they have limits: more requests than the send buffer holds are refused
   * (`EMSGSIZE`). If more answers come than there is room for, some are lost (`ENOBUFS`), which `acks: 'failures'` avoids.
   */
  readonly oneCall?: boolean | undefined
}

/** Limits of a synchronous wait. */
export interface TimeoutOptions {
  /** Most milliseconds without a datagram. Default: that of the connection. */
  readonly timeout?: number | undefined
}

/** Limits of an asynchronous wait. What was sent stays sent. */
export interface WaitOptions extends TimeoutOptions {
  /** Ends the wait when it is aborted. */
  readonly signal?: AbortSignal | undefined
}

/** Options of a monitor. */
export interface MonitorOptions {
  /** Receive from all namespaces that this one has ids for (NETLINK_LISTEN_ALL_NSID). Events contain `nsid`. */
  readonly allNsid?: boolean | undefined
  /**
   * Receive what other processes send to the groups too. Such events have a `sender`. Sending requires CAP_NET_ADMIN, except in
   * protocols for user space such as NETLINK_USERSOCK. Default: receive from the kernel only.
   */
  readonly processes?: boolean | undefined
  /** Size of the kernel's buffer for unread events, in bytes. More than net.core.rmem_max requires CAP_NET_ADMIN. Default: 4 MiB. */
  readonly receiveBuffer?: number | undefined
  /** Receive by the socket of the connection's requests, instead of a socket of its own. */
  readonly shared?: boolean | undefined
}

/** No options. It is compared by identity, so that a call without options costs no validation. */
export const noOptions: WaitOptions = Object.freeze(Object.create(null))

/** The valid values of each option: in words, and as a test. */
export type OptionRules<O> = {
  readonly [K in keyof O]-?: readonly [expected: string, isValid: (value: unknown) => boolean]
}

const isNumberFrom =
  (least: number, integer = false) =>
  (value: unknown) =>
    typeof value === 'number' && value >= least && (!integer || Number.isInteger(value))
const boolean = ['true or false', (value: unknown) => typeof value === 'boolean'] as const
const timeout = ['milliseconds from 0', isNumberFrom(0)] as const
const count = ['a number from 1', isNumberFrom(1, true)] as const
export const bytes = ['bytes from 1', isNumberFrom(1, true)] as const

const connectionRules: OptionRules<ConnectionOptions> = {
  netns: ['a name, a path, a descriptor or { pid }', (value) => ['string', 'number', 'object'].includes(typeof value)],
  strict: boolean,
  timeout,
  dumpAttempts: count,
  dumpSockets: count,
  sendBuffer: bytes,
  capture: ['the path of a file', (value) => typeof value === 'string'],
  socketFactory: [
    'an object with a method open',
    (value) => typeof (value as Partial<SocketFactory> | null)?.open === 'function',
  ],
}
const monitorRules: OptionRules<MonitorOptions> = {
  allNsid: boolean,
  processes: boolean,
  receiveBuffer: bytes,
  shared: boolean,
}
const batchRules: OptionRules<BatchOptions> = {
  acks: ['each or failures', (value) => value === 'each' || value === 'failures'],
  oneCall: boolean,
}
const timeoutRules: OptionRules<TimeoutOptions> = { timeout }
const waitRules: OptionRules<WaitOptions> = {
  timeout,
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
}

/**
 * Checks options, and returns a copy without inherited members.
 * @throws {TypeError} for an unknown option, which may be misspelled, and for an invalid value
 */
export function validateOptions<O extends object>(options: O, rules: OptionRules<O>): O {
  if ((options as object) === noOptions) return options
  if (typeof options !== 'object' || options === null)
    throw new ArgumentError(`expected options, got ${printable(String(options))}`)
  const valid = Object.create(null) as O
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof O] : undefined
    if (rule === undefined)
      throw new ArgumentError(`expected the options ${Object.keys(rules).join(', ')}, got '${printable(name)}'`)
    const [expected, isValid] = rule
    if (value !== undefined && !isValid(value))
      throw new ArgumentError(`expected ${name} to be ${expected}, got ${printable(String(value))}`)
    valid[name as keyof O] = value
  }
  return valid
}

export const validateConnectionOptions = (options: ConnectionOptions) => validateOptions(options, connectionRules)
export const validateMonitorOptions = (options: MonitorOptions) => validateOptions(options, monitorRules)
export const validateBatchOptions = (options: BatchOptions) => validateOptions(options, batchRules)
export const validateTimeoutOptions = (options: TimeoutOptions) => validateOptions(options, timeoutRules)
export const validateWaitOptions = (options: WaitOptions) => validateOptions(options, waitRules)
