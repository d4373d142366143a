import type { Declaration } from '../../codec/index.js'
import { none, type RequestOptions } from '../../connection/flags.js'
import type { FlagsOf, ReplyOf, RequestOf } from '../../message/index.js'
import type { ctnetlink } from '../../netfilter/index.js'
import { type Operation, requestOf } from '../run/operation.js'

type Messages = typeof ctnetlink.messages
type Name = string & keyof Messages

/** Requests one object of connection tracking. */
export function* readCt<N extends Name>(name: N, value: RequestOf<Messages, N>): Operation<ReplyOf<Messages, N>[]> {
  return (yield requestOf('read', name, value, none)) as ReplyOf<Messages, N>[]
}

/** Requests all objects of connection tracking that the kernel's filters let through. */
export function* dumpCt<N extends Name>(name: N, value: RequestOf<Messages, N>): Operation<ReplyOf<Messages, N>[]> {
  return (yield requestOf('dump', name, value, none)) as ReplyOf<Messages, N>[]
}

/** Requests all objects of connection tracking that the kernel's filters let through, decoded by `reply`. */
export function* dumpCtAs<N extends Name, T>(
  reply: Declaration<T>,
  name: N,
  value: RequestOf<Messages, N>,
): Operation<T[]> {
  return (yield requestOf('dump', name, value, none, reply)) as T[]
}

/** Adds, changes or deletes an object of connection tracking. */
export function* changeCt<N extends Name>(
  name: N,
  value: RequestOf<Messages, N>,
  options: RequestOptions<FlagsOf<Messages, N>> = none,
): Operation<void> {
  yield requestOf('change', name, value, options)
}
