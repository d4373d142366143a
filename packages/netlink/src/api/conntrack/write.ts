import { checkFlush, flushed } from '../run/flush.js'
import type { Operation } from '../run/operation.js'
import { explained } from '../run/requests.js'
import { refusal } from '../run/selection.js'
import { defined } from '../values/objects.js'
import { toConntrack } from './decode.js'
import { encodeChange, encodeKey, encodeNew } from './encode.js'
import { encodeProtoinfo } from './encode-protoinfo.js'
import { encodeFilter, filterKeys } from './filter.js'
import { find, listFiltered } from './read.js'
import { changeCt, readCt } from './requests.js'
import type { Conntrack, ConntrackChange, ConntrackFilter, ConntrackKey, NewConntrack } from './types.js'

/** The kernel has room for labels in connections that were created while a rule uses labels. */
const NO_LABELS =
  'the connection has no room for labels: no rule of its network namespace used them when it was created'

/** Creates a connection. */
export function* create(connection: NewConntrack): Operation<void> {
  const { family, attrs } = encodeNew(connection)
  yield* changeCt('IPCTNL_MSG_CT_NEW', { family, attrs }, { create: true, excl: true })
  if (!connection.labels?.length) return
  // ctnetlink_create_conntrack() ignores that there is no room for labels.
  const { tupleOrig, zone } = attrs
  const key = { family, attrs: defined({ tupleOrig, zone }) }
  const [created] = yield* readCt('IPCTNL_MSG_CT_GET', key)
  if (created === undefined || created.attrs.labels !== undefined) return
  yield* flushed(changeCt('IPCTNL_MSG_CT_DELETE', key))
  throw refusal({ request: 'IPCTNL_MSG_CT_NEW', code: 'ENOSPC', attribute: 'labels', explanation: NO_LABELS })
}

/** Changes a connection. */
export function* update(key: ConntrackKey, change: ConntrackChange): Operation<void> {
  const { protocol } = encodeKey(key)
  const { attrs, status } = encodeChange(change)
  // Wrong values are refused before anything is sent. What the kernel requires is completed afterwards.
  if (change.tcp !== undefined || change.sctp !== undefined) encodeProtoinfo(protocol, change)
  const present = yield* find(key)
  if (present === undefined)
    throw refusal({ request: 'IPCTNL_MSG_CT_NEW', code: 'ENOENT', explanation: 'no such connection' })
  const { tupleOrig, zone, status: bits = 0 } = present.attrs
  const { state = toConntrack(present).state, sctp = toConntrack(present).sctp, tcp } = change
  const protoinfo =
    (change.state ?? change.tcp ?? change.sctp) === undefined
      ? undefined
      : encodeProtoinfo(protocol, { state, tcp, sctp })
  // The kernel refuses a request that lacks a flag that it sets itself.
  const newStatus = status === undefined ? undefined : bits | status
  const message = {
    family: present.family,
    attrs: { ...attrs, ...defined({ tupleOrig, zone, protoinfo, status: newStatus }) },
  }
  const request = changeCt('IPCTNL_MSG_CT_NEW', message)
  yield* change.labels === undefined ? request : explained(request, 'ENOSPC', NO_LABELS)
}

/** Deletes a connection. */
export function* remove(key: ConntrackKey): Operation<void> {
  const { family, attrs, id } = encodeKey(key)
  yield* changeCt('IPCTNL_MSG_CT_DELETE', { family, attrs: { ...attrs, ...defined({ id }) } })
}

/** Number of the header's version from which the kernel restricts a flush to the header's family (`ctnetlink_del_conntrack`). */
const WITH_FAMILY = 1

/**
 * The conditions of a flush that all supported kernels know. They would ignore others, and delete every connection.
 */
const inKernel: ReadonlySet<string> = new Set(['family', 'mark'] satisfies (keyof ConntrackFilter)[])

/** Deletes the connections that a filter selects. */
export function* flush(filter: ConntrackFilter | 'all'): Operation<Conntrack[]> {
  const conditions = filter === 'all' ? {} : filter
  const encoded = encodeFilter(conditions)
  if (filter !== 'all') checkFlush(filter, filterKeys, { hint: ": 'all' instead of a filter deletes everything" })
  const found = yield* listFiltered(encoded)
  const [request] = encoded.requests
  if (request !== undefined && Object.keys(defined(conditions)).every((key) => inKernel.has(key))) {
    yield* changeCt('IPCTNL_MSG_CT_DELETE', { ...request, version: WITH_FAMILY })
    return found
  }
  const deleted: Conntrack[] = []
  for (const connection of found) {
    const { tupleOrig, zone, id } = connection.message.attrs
    const message = { family: connection.message.family, attrs: defined({ tupleOrig, zone, id }) }
    if (yield* flushed(changeCt('IPCTNL_MSG_CT_DELETE', message))) deleted.push(connection)
  }
  return deleted
}
