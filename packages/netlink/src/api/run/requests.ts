import type { Declaration } from '../../codec/index.js'
import { none, type RequestOptions } from '../../connection/flags.js'
import { type FlagsOf, type Messages, NetlinkError, type ReplyOf, type RequestOf } from '../../message/index.js'
import { type Operation, type OperationRequest, requestOf } from './operation.js'

type Send<M extends Messages> = <N extends string & keyof M>(
  name: N,
  value: RequestOf<M, N>,
  options?: RequestOptions<FlagsOf<M, N>>,
) => Operation<ReplyOf<M, N>[]>

/** The requests of a protocol or family, with the types of its messages. */
export interface Requests<M extends Messages> {
  /** Requests one object. */
  readonly read: Send<M>
  /** Requests all objects that the kernel's filters let through. */
  readonly dump: Send<M>
  /** Requests all objects that the kernel's filters let through, decoded by `reply`. */
  dumpAs<N extends string & keyof M, T>(reply: Declaration<T>, name: N, value: RequestOf<M, N>): Operation<T[]>
  /** Adds, changes or deletes an object. */
  readonly change: Send<M>
}

const sender = (kind: OperationRequest['kind']) =>
  function* (name: string, value: unknown, options: RequestOptions = none): Operation<unknown[]> {
    return yield requestOf(kind, name, value, options)
  }

function* dumpAs(reply: Declaration<unknown>, name: string, value: unknown): Operation<unknown[]> {
  return yield requestOf('dump', name, value, none, reply)
}

/** Returns the requests of a protocol or family. Those of rtnetlink are in `operation.ts`. */
export const requestsOf = <M extends Messages>(_protocol: { readonly messages: M }): Requests<M> =>
  ({ read: sender('read'), dump: sender('dump'), dumpAs, change: sender('change') }) as Requests<M>

/** Runs an operation on an object, and explains an error code that the kernel reports without a text. */
export function* explained<T>(operation: Operation<T>, code: string, explanation: string): Operation<T> {
  try {
    return yield* operation
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.code !== code || (error.kernelMessage ?? error.explanation))
      throw error
    throw new NetlinkError({ ...error, explanation }, { cause: error })
  }
}
