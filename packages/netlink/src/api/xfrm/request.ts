import { none, type RequestOptions } from '../../connection/flags.js'
import { NetlinkError, type ReplyOf, type RequestOf } from '../../message/index.js'
import type { xfrm } from '../../xfrm/index.js'
import { type Operation, type OperationRequest, requestOf } from '../run/operation.js'

type Messages = typeof xfrm.messages
type Name = string & keyof Messages

/** Sends a request of NETLINK_XFRM. */
export function* request<N extends Name>(
  kind: OperationRequest['kind'],
  name: N,
  value: RequestOf<Messages, N>,
  options: RequestOptions = none,
): Operation<ReplyOf<Messages, N>[]> {
  return (yield requestOf(kind, name, value, options)) as ReplyOf<Messages, N>[]
}

/** Requests one object; undefined if the kernel does not have it. Its replies are messages of another name. */
export function* readOne<M>(name: Name, value: object, missing: string): Operation<M | undefined> {
  try {
    return ((yield requestOf('read', name, value, none)) as M[])[0]
  } catch (error) {
    if (error instanceof NetlinkError && error.code === missing) return undefined
    throw error
  }
}
