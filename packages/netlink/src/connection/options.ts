import { ArgumentError, isRecord, shortened } from '../codec/error.js'
import { type Declaration, printable, show } from '../codec/index.js'
import { isNetns, NETNS, type NetnsRef } from '../socket/netns.js'
import type { SocketFactory } from '../socket/transport.js'

/** Options of a connection. */
export interface ConnectionOptions {
  /** Network namespace of all sockets. Default: the namespace of the calling thread. */
  readonly netns?: NetnsRef | undefined
  /** Makes the kernel reject invalid or unknown fields in requests (NETLINK_GET_STRICT_CHK). Default: true. */
  readonly strict?: boolean | undefined
  /** Milliseconds to wait for each datagram of an answer. Default: no limit. */
  readonly timeout?: number | undefined
  /** Maximum number of attempts at a dump that changes interrupt. Default: 10. */
  readonly dumpAttempts?: number | undefined
  /** Maximum number of asynchronous dumps in flight, each on its own socket. Further dumps wait. Default: 4. */
  readonly dumpSockets?: number | undefined
  /**
   * Length of the longest datagram that can be sent, in bytes. By default, the send buffer grows as needed. More than twice
   * net.core.wmem_max requires CAP_NET_ADMIN.
   */
  readonly sendBuffer?: number | undefined
  /** Path of a pcap file that records all datagrams. An existing file is replaced. */
  readonly capture?: string | undefined
  /** Opens the sockets instead of the kernel: a mock kernel, a script or a replay of `@netloom/netlink/testing`. */
  readonly socketFactory?: SocketFactory | undefined
}

/** Options of a batch. */
export interface BatchOptions {
  /**
   * `each`: the kernel acknowledges every request. `failures`: it acknowledges only the last request of each call, and
   * reports every failure. Requests without a failure have succeeded, because the kernel processes them in order. This is
   * faster. Default: `each`.
   */
  readonly acks?: 'each' | 'failures' | undefined
  /**
   * Sends all requests in one call, as nftables requires for a transaction. The buffers of the connection grow as needed.
   * Without CAP_NET_ADMIN their size is limited. If the requests exceed the send buffer, `send` fails with `EMSGSIZE`. If the
   * answers exceed the receive buffer, some are lost (`ENOBUFS`), unless `acks` is `failures`.
   */
  readonly oneCall?: boolean | undefined
}

/** Limits of a synchronous wait. */
export interface TimeoutOptions {
  /** Milliseconds to wait for each datagram. Default: the connection's `timeout`. */
  readonly timeout?: number | undefined
}

/** Limits of an asynchronous wait. They do not undo a request that was sent. */
export interface WaitOptions extends TimeoutOptions {
  /** Ends the wait when aborted. */
  readonly signal?: AbortSignal | undefined
}

/** Options of a monitor. */
export interface MonitorOptions {
  /**
   * Also receives from the other namespaces to which this one has assigned ids (NETLINK_LISTEN_ALL_NSID). Events contain the
   * `nsid`.
   */
  readonly allNsid?: boolean | undefined
  /**
   * Also receives what processes send to the groups. Such events have a `sender`. Processes need CAP_NET_ADMIN to send,
   * except in protocols for user space such as NETLINK_USERSOCK. Default: false.
   */
  readonly processes?: boolean | undefined
  /**
   * Size of the kernel's buffer for unread notifications, in bytes. More than net.core.rmem_max requires CAP_NET_ADMIN.
   * Default: 4 MiB.
   */
  readonly receiveBuffer?: number | undefined
  /** Uses the socket that sends requests, instead of opening another one. */
  readonly shared?: boolean | undefined
}

/** Checks the declaration of the replies. @throws {TypeError} before anything is sent */
export function checkReply(name: string, reply: Declaration<unknown> | undefined): void {
  if (reply === undefined || typeof (reply as Partial<Declaration<unknown>> | null)?.codec === 'function') return
  throw new ArgumentError(`${printable(String(name))}: expected a declaration of the replies, got ${show(reply)}`)
}

/** No options. It is compared by identity, so that a call without options costs no validation. */
export const noOptions: WaitOptions = Object.freeze(Object.create(null))

/** For each option, its valid values in words and a function that checks them. */
export type OptionRules<O> = {
  readonly [K in keyof O]-?: readonly [expected: string, isValid: (value: unknown) => boolean]
}

const isNumberFrom =
  (least: number, integer = false) =>
  (value: unknown) =>
    typeof value === 'number' && value >= least && (!integer || Number.isInteger(value))
export const boolean = ['true or false', (value: unknown) => typeof value === 'boolean'] as const
const timeout = ['milliseconds from 0', isNumberFrom(0)] as const
const count = ['a number from 1', isNumberFrom(1, true)] as const
/** The kernel takes the sizes of buffers as `int`. */
const MOST_BYTES = 0x7fffffff
export const bytes = [
  `bytes from 1 to ${MOST_BYTES}`,
  (value: unknown) => isNumberFrom(1, true)(value) && Number(value) <= MOST_BYTES,
] as const

const connectionRules: OptionRules<ConnectionOptions> = {
  netns: [NETNS, isNetns],
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
export const timeoutRules: OptionRules<TimeoutOptions> = { timeout }
export const waitRules: OptionRules<WaitOptions> = {
  timeout,
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
}

/**
 * Validates options. Returns a copy that inherits nothing.
 * @throws {TypeError} for an unknown option, which may be a typo, or an invalid value
 */
export function validateOptions<O extends object>(options: O, rules: OptionRules<O>): O {
  if ((options as object) === noOptions) return options
  if (!isRecord(options as unknown)) throw new ArgumentError(`expected options, got ${show(options)}`)
  const valid = Object.create(null) as O
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof O] : undefined
    if (rule === undefined)
      throw new ArgumentError(
        `expected the options ${Object.keys(rules).join(', ')}, got '${printable(shortened(name))}'`,
      )
    const [expected, isValid] = rule
    if (value !== undefined && !isValid(value))
      throw new ArgumentError(`expected ${name} to be ${expected}, got ${show(value)}`)
    valid[name as keyof O] = value
  }
  return valid
}

export const validateConnectionOptions = (options: ConnectionOptions) => validateOptions(options, connectionRules)
export const validateMonitorOptions = (options: MonitorOptions) => validateOptions(options, monitorRules)
export const validateBatchOptions = (options: BatchOptions) => validateOptions(options, batchRules)
export const validateTimeoutOptions = (options: TimeoutOptions) => validateOptions(options, timeoutRules)
export const validateWaitOptions = (options: WaitOptions) => validateOptions(options, waitRules)
