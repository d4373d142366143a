import type { Declaration } from '../../codec/index.js'
import type { BatchItemOptions } from '../../connection/batch-options.js'
import type { BatchResult } from '../../connection/batch-result.js'
import { none, type RequestOptions } from '../../connection/flags.js'
import type { BatchOptions, TimeoutOptions, WaitOptions } from '../../connection/options.js'
import type { FlagsOf, ReplyOf, RequestOf } from '../../message/index.js'
import type { rtnetlink } from '../../route/index.js'

/** One request of an operation. */
export interface OperationRequest {
  readonly name: string
  readonly value: unknown
  readonly options: RequestOptions
  /** Declaration of the replies, instead of the protocol's. */
  readonly reply?: Declaration<unknown> | undefined
  /**
   * Key of the objects to which the operation restricts a dump, because the kernel does not filter by it: the destination's address
   * of routes ({@link destinationKey}), the priority of rules, the own end of addresses. A snapshot, which answers in the kernel's
   * place, looks up only these.
   */
  readonly only?: string | number | undefined
  /**
   * `read` and `dump` change nothing. `undo` reverts a change, so a signal does not stop it. `batch` sends a list of requests as one
   * transaction: see {@link batched}.
   */
  readonly kind: 'read' | 'dump' | 'change' | 'undo' | 'batch'
}

/** A sequence of requests, the same for both forms of a method: it yields each request and receives its replies or its error. */
export type Operation<T> = Generator<OperationRequest, T, unknown[]>

type Route = typeof rtnetlink.messages
type Name = string & keyof Route

/** Creates all requests, so that they have one shape. */
export const requestOf = (
  kind: OperationRequest['kind'],
  name: string,
  value: unknown,
  options: RequestOptions,
  reply?: Declaration<unknown>,
  only?: string | number,
): OperationRequest => ({ kind, name, value, options, reply, only })

/** Requests one object. */
export function* read<N extends Name>(
  name: N,
  value: RequestOf<Route, N>,
  options: RequestOptions<FlagsOf<Route, N>> = none,
): Operation<ReplyOf<Route, N>[]> {
  return (yield requestOf('read', name, value, options)) as ReplyOf<Route, N>[]
}

/** Requests all objects that the kernel's filters let through. The caller uses only those with the key `only`, if it is given. */
export function* dump<N extends Name>(
  name: N,
  value: RequestOf<Route, N>,
  only?: string | number,
): Operation<ReplyOf<Route, N>[]> {
  return (yield requestOf('dump', name, value, none, undefined, only)) as ReplyOf<Route, N>[]
}

/** Requests one object, decoded by `reply`. */
export function* readAs<N extends Name, T>(reply: Declaration<T>, name: N, value: RequestOf<Route, N>): Operation<T[]> {
  return (yield requestOf('read', name, value, none, reply)) as T[]
}

/** Requests all objects that the kernel's filters let through, decoded by `reply`. */
export function* dumpAs<N extends Name, T>(reply: Declaration<T>, name: N, value: RequestOf<Route, N>): Operation<T[]> {
  return (yield requestOf('dump', name, value, none, reply)) as T[]
}

/** Adds, changes or deletes an object. */
export function* change<N extends Name>(
  name: N,
  value: RequestOf<Route, N>,
  options: RequestOptions<FlagsOf<Route, N>> = none,
): Operation<ReplyOf<Route, N>[]> {
  return (yield requestOf('change', name, value, options)) as ReplyOf<Route, N>[]
}

/** Reverts a change. Ignores errors, because the caller throws the error that made the reversal necessary. */
export function* undo<N extends Name>(
  name: N,
  value: RequestOf<Route, N>,
  options: RequestOptions<FlagsOf<Route, N>> = none,
): Operation<void> {
  try {
    yield requestOf('undo', name, value, options)
  } catch {}
}

/** A request of a transaction. */
export interface BatchRequest {
  readonly name: string
  readonly value: unknown
  readonly options: BatchItemOptions
}

/** Sends requests in one call, as nftables requires for a transaction. Does not throw if one fails. */
export function* batched(requests: readonly BatchRequest[]): Operation<BatchResult> {
  const [result] = (yield requestOf('batch', 'batch', requests, none)) as [BatchResult]
  return result
}

/** A connection of any protocol. Its messages are those of the operation. */
export interface AnyConnection {
  request(name: string, value: unknown, options: object, reply?: Declaration<unknown>): Promise<unknown[]>
  requestSync(name: string, value: unknown, options: object, reply?: Declaration<unknown>): unknown[]
  dump(name: string, value: unknown, options: object, reply?: Declaration<unknown>): { toArray(): Promise<unknown[]> }
  dumpSync(name: string, value: unknown, options: object, reply?: Declaration<unknown>): unknown[]
  batch(options: BatchOptions): AnyBatch
}

/** A batch of any protocol. */
interface AnyBatch {
  add(name: string, value: unknown, options: BatchItemOptions): unknown
  send(options: WaitOptions): Promise<BatchResult>
  sendSync(): BatchResult
}

/** Encodes the requests of a transaction. Failures are reported in any case; an ack of the last request is enough. */
function batchOf(connection: AnyConnection, value: unknown): AnyBatch {
  const batch = connection.batch({ oneCall: true, acks: 'failures' })
  for (const { name, value: request, options } of value as readonly BatchRequest[]) batch.add(name, request, options)
  return batch
}

/** Returns the connection of an operation, and may open it. Called for the first request: wrong arguments are refused before. */
export type Opener = () => AnyConnection

/** Runs an operation and blocks the thread until it is finished. */
export function runOperationSync<T>(open: Opener, operation: Operation<T>, options: TimeoutOptions): T {
  let connection: AnyConnection | undefined
  let next = operation.next()
  while (!next.done) {
    const { name, value, options: flags, kind, reply } = next.value
    let replies: unknown[]
    try {
      connection ??= open()
      replies =
        kind === 'batch'
          ? [batchOf(connection, value).sendSync()]
          : kind === 'dump'
            ? connection.dumpSync(name, value, options, reply)
            : connection.requestSync(name, value, options === none ? flags : { ...flags, ...options }, reply)
    } catch (error) {
      next = operation.throw(error)
      continue
    }
    next = operation.next(replies)
  }
  return next.value
}

/**
 * Runs an operation in turns of the event loop. A signal stops it during a read and between two changes. A change that was
 * sent is waited for, so that its outcome is known.
 */
export async function runOperation<T>(open: Opener, operation: Operation<T>, options: WaitOptions): Promise<T> {
  const { signal } = options
  let connection: AnyConnection | undefined
  let next = operation.next()
  while (!next.done) {
    const { name, value, kind, reply } = next.value
    let replies: unknown[]
    try {
      if (kind !== 'undo') signal?.throwIfAborted()
      connection ??= open()
      if (kind === 'batch')
        replies = [await batchOf(connection, value).send(options === none ? none : { timeout: options.timeout })]
      else if (kind === 'dump') replies = await connection.dump(name, value, options, reply).toArray()
      else replies = await connection.request(name, value, requestOptions(next.value, options), reply)
    } catch (error) {
      next = operation.throw(error)
      continue
    }
    next = operation.next(replies)
  }
  return next.value
}

/** Returns the options of a request. A signal ends the wait of a read only. */
function requestOptions(
  { options: flags, kind }: OperationRequest,
  options: WaitOptions,
): RequestOptions & WaitOptions {
  if (options === none) return flags
  return kind === 'read' ? { ...flags, ...options } : { ...flags, timeout: options.timeout }
}
