import { mdbDeletion, mdbRestoration } from '../api/bridge-mdb/encode.js'
import { toRoute } from '../api/route/decode.js'
import { encodeRoute } from '../api/route/encode.js'
import { deletionOf as routeDeletion } from '../api/route/kernel-match.js'
import { deletionOf as ruleDeletion } from '../api/rule/selection.js'
import type { Operation, OperationRequest } from '../api/run/operation.js'
import { defined } from '../api/values/objects.js'
import { AF } from '../codec/index.js'
import type { RequestOptions } from '../connection/flags.js'
import { NetlinkError } from '../message/index.js'
import {
  type AddressMessage,
  type LinkMessage,
  type MdbMessage,
  type MdbSetRequest,
  type NeighbourMessage,
  type NexthopMessage,
  NTF,
  NUD,
  type QdiscMessage,
  type RouteMessage,
  RTNH_F,
  type RuleMessage,
} from '../route/index.js'
import { type Guard, guardOfNexthop, isOwn } from './own-objects.js'

/** A request that undoes a part of a step. It is data, so that another process can send it. */
export interface UndoRequest {
  readonly name: string
  readonly value: unknown
  readonly options: RequestOptions
  /** The object of the request, for the error, if the step is that of another one. */
  readonly object?: string
  /** Error codes that mean that there is nothing to undo. */
  readonly tolerated: readonly string[]
  /** The object must be this one. If it is another program's, there is nothing to undo. */
  readonly guard?: Guard
}

/** Codes of a deletion if the object does not exist. */
const GONE = ['ENOENT', 'ESRCH', 'EADDRNOTAVAIL', 'ENODEV', 'EINVAL']
const THERE = ['EEXIST']

const creating = { create: true, excl: true }
const replacing = { create: true, replace: true }
const appending = { create: true, append: true }

const deletion = (name: string, value: unknown, tolerated: readonly string[] = GONE.slice(0, 4)): UndoRequest => ({
  ...{ name, value, options: {}, tolerated },
})

/** Returns the request that deletes a new link. `key` is its name or its index. No program can change its kind. */
export const deletionOfLink = (key: object, kind: string | undefined): UndoRequest => ({
  ...deletion('RTM_DELLINK', key),
  guard: { name: 'RTM_GETLINK', value: key, expected: { attrs: { linkinfo: { kind } } } },
})

/** Returns attributes that the library does not know, with their bytes. */
export const unknownAttributes = (attrs: object = {}) =>
  Object.fromEntries(Object.entries(attrs).filter(([key]) => key.startsWith('?')))

/** Returns the requests that delete what a request has created. */
export function deletionsOf({ name, value }: Pick<OperationRequest, 'name' | 'value'>): UndoRequest[] {
  switch (name) {
    case 'RTM_NEWLINK': {
      const { ifname, linkinfo } = (value as LinkMessage).attrs
      return [deletionOfLink({ attrs: { ifname } }, linkinfo?.kind)]
    }
    case 'RTM_NEWADDR': {
      const { family, prefixlen, index, attrs } = value as AddressMessage
      const { local, address, label } = attrs
      return [deletion('RTM_DELADDR', { family, prefixlen, index, attrs: defined({ local, address, label }) })]
    }
    case 'RTM_NEWROUTE':
      return [deletion('RTM_DELROUTE', routeDeletion(value as RouteMessage))]
    case 'RTM_NEWRULE':
      return [deletion('RTM_DELRULE', ruleDeletion(value as RuleMessage))]
    case 'RTM_NEWNEXTHOP': {
      const message = value as NexthopMessage
      return [{ ...deletion('RTM_DELNEXTHOP', { attrs: { id: message.attrs.id } }), guard: guardOfNexthop(message) }]
    }
    case 'RTM_NEWNEIGH':
      return [deletion('RTM_DELNEIGH', neighbourDeletion(value as NeighbourMessage))]
    case 'RTM_NEWMDB':
      return [deletion('RTM_DELMDB', mdbDeletion(value as MdbSetRequest), GONE)]
    case 'RTM_NEWQDISC': {
      const { ifindex, parent, handle, attrs } = value as QdiscMessage
      return [deletion('RTM_DELQDISC', { ifindex, parent, handle, attrs: { kind: attrs.kind } }, GONE)]
    }
    default:
      return []
  }
}

/** Returns the request that deletes a neighbour, or an FDB entry in any state. */
function neighbourDeletion({ family, ifindex, flags, attrs }: NeighbourMessage) {
  if (family !== AF.BRIDGE) return { family, ifindex, flags: flags & NTF.PROXY, attrs: defined({ dst: attrs.dst }) }
  const { flagsExt: _, fdbExtAttrs: __, cacheinfo: ___, ...key } = attrs
  return { family, ifindex, state: NUD.PERMANENT, flags: flags & (NTF.SELF | NTF.MASTER), attrs: key }
}

/** Returns the request that adds an address as it was. */
export function additionOfAddress(
  { family, prefixlen, index, scope, attrs }: AddressMessage,
  isChange = false,
): UndoRequest {
  const { cacheinfo, flags = 0, ...rest } = attrs
  // The kernel sets IFA_F_TENTATIVE, IFA_F_SECONDARY and IFA_F_PERMANENT itself, and ignores them in a request.
  const value = { family, prefixlen, index, scope, flags: 0, attrs: { ...rest, flags, ...defined({ cacheinfo }) } }
  return { name: 'RTM_NEWADDR', value, options: isChange ? replacing : creating, tolerated: isChange ? [] : THERE }
}

/** Returns the request that adds a route as it was. It is appended: another one may have its key, except of MPLS, which appends none. */
export function* additionOfRoute(message: RouteMessage, isChange = false): Operation<UndoRequest> {
  const { attrs, ...header } = yield* encodeRoute(toRoute(message))
  const value = { ...header, attrs: { ...attrs, ...unknownAttributes(message.attrs) } }
  return {
    ...{ name: 'RTM_NEWROUTE', value: plain(value) },
    ...{ options: isChange || message.family === AF.MPLS ? replacing : appending, tolerated: isChange ? [] : THERE },
  }
}

/** Returns a message without members whose value is undefined. */
const plain = ({ attrs, ...header }: { readonly attrs: object }) => ({ ...header, attrs: defined(attrs) })

/** Returns the request that adds a rule as it was. */
export function additionOfRule({ flags, attrs, ...header }: RuleMessage): UndoRequest {
  const { pad: _, ...rest } = attrs
  return {
    name: 'RTM_NEWRULE',
    value: { ...header, flags: flags & ~0x18, attrs: rest },
    options: creating,
    tolerated: THERE,
  }
}

/** Returns the request that adds a next hop as it was, or replaces it. */
export function additionOfNexthop({ flags, attrs, ...header }: NexthopMessage, isChange = false): UndoRequest {
  const {
    resGroup,
    groupStats: _,
    opFlags: ____,
    hwStatsUsed: __,
    ...rest
  } = attrs as NexthopMessage['attrs'] & Record<string, unknown>
  const { unbalancedTime: ___, ...sent } = (resGroup ?? {}) as Record<string, unknown>
  const value = {
    ...{ ...header, scope: 0, flags: flags & RTNH_F.ONLINK },
    attrs: { ...rest, ...(resGroup !== undefined && { resGroup: sent }) },
  }
  return { name: 'RTM_NEWNEXTHOP', value, options: isChange ? replacing : creating, tolerated: isChange ? [] : THERE }
}

/** Returns the request that adds a neighbour as it was, or replaces it. */
export function additionOfNeighbour({ attrs, ...header }: NeighbourMessage, isChange = false): UndoRequest {
  const { cacheinfo: _, probes: __, ...rest } = attrs as NeighbourMessage['attrs'] & Record<string, unknown>
  const value = { ...header, state: header.state === NUD.STALE ? NUD.REACHABLE : header.state, attrs: rest }
  return { name: 'RTM_NEWNEIGH', value, options: isChange ? replacing : creating, tolerated: isChange ? [] : THERE }
}

/** Returns the request that adds a qdisc as it was, or changes its options back. */
export function additionOfQdisc(message: QdiscMessage, attrs: QdiscMessage['attrs'], isChange = false): UndoRequest {
  const { ifindex, parent, handle } = message
  const value = { ifindex, parent, handle, attrs }
  // Without a handle it was the default qdisc of the link. The kernel sets that again when another one is deleted.
  return { name: 'RTM_NEWQDISC', value, options: isChange ? {} : replacing, tolerated: isChange ? [] : THERE }
}

/** Returns the request that adds an entry of a multicast database as it was, or replaces it. */
export const additionOfMdb = (message: MdbMessage, isChange = false): UndoRequest => ({
  ...{ name: 'RTM_NEWMDB', value: mdbRestoration(message) },
  ...{ options: isChange ? replacing : creating, tolerated: isChange ? [] : THERE },
})

/** Runs an operation up to each change, which is collected and not sent. Reads are sent. */
export function* changesOf(operation: Operation<unknown>): Operation<OperationRequest[]> {
  const changes: OperationRequest[] = []
  let next = operation.next()
  while (!next.done) {
    if (next.value.kind === 'change' || next.value.kind === 'undo') {
      if (next.value.kind === 'change') changes.push(next.value)
      next = operation.next([])
      continue
    }
    let replies: unknown[]
    try {
      replies = yield next.value
    } catch (error) {
      next = operation.throw(error)
      continue
    }
    next = operation.next(replies)
  }
  return changes
}

/** Sends the requests of one step. Returns the refusals that mean that something is left. */
export function* runUndo(requests: readonly UndoRequest[]): Operation<Error[]> {
  const errors: Error[] = []
  for (const { name, value, options, object, tolerated, guard } of requests)
    try {
      if (guard === undefined || (yield* isOwn(guard))) yield { kind: 'undo', name, value, options }
    } catch (error) {
      if (error instanceof NetlinkError && tolerated.includes(error.code)) continue
      errors.push(error instanceof NetlinkError ? new NetlinkError({ ...error, object }) : (error as Error))
    }
  return errors
}
