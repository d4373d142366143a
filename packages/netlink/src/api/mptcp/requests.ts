import { mptcpPm } from '../../generic/mptcp.js'
import { NetlinkError } from '../../message/index.js'
import { indexOrNone } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { requestsOf } from '../run/requests.js'
import { refusal } from '../run/selection.js'
import { toEndpoint } from './decode.js'
import { changedFlags, type EndpointKey, encodeEndpoint, encodeLimits, endpointKey, keyAttrs } from './encode.js'
import type { MptcpEndpoint, MptcpEndpointChanges, MptcpEndpointKey, MptcpLimits, NewMptcpEndpoint } from './types.js'

const { read, dump, change } = requestsOf(mptcpPm)

/** Lists endpoints. */
export function* list(): Operation<MptcpEndpoint[]> {
  return (yield* dump('MPTCP_PM_CMD_GET_ADDR', { attrs: {} })).map(toEndpoint)
}

/** True if the kernel has no such endpoint: it refuses the id as invalid. */
const isMissing = (error: unknown) =>
  error instanceof NetlinkError && error.code === 'EINVAL' && error.kernelMessage === 'address not found'

/** Finds an endpoint. */
function* find({ id, address, port }: EndpointKey): Operation<MptcpEndpoint | undefined> {
  if (address !== undefined) {
    const all = yield* list()
    return all.find(
      (each) =>
        each.address === address && (port === undefined || each.port === port) && (id === undefined || each.id === id),
    )
  }
  try {
    const [found] = yield* read('MPTCP_PM_CMD_GET_ADDR', { attrs: { addr: { id } } })
    return found && toEndpoint(found)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Returns an endpoint. */
export const get = (key: MptcpEndpointKey): Operation<MptcpEndpoint | undefined> => find(endpointKey(key))

/** Finds an endpoint to change. @throws {NetlinkError} `ENOENT` */
function* existing(request: string, key: EndpointKey): Operation<MptcpEndpoint> {
  const found = yield* find(key)
  if (found === undefined) throw refusal({ request, code: 'ENOENT', explanation: 'no such endpoint' })
  return found
}

/** Adds an endpoint. */
export function* add(endpoint: NewMptcpEndpoint): Operation<void> {
  const addr = encodeEndpoint(endpoint)
  const ifIdx = yield* indexOrNone('dev', endpoint.dev)
  yield* change('MPTCP_PM_CMD_ADD_ADDR', { attrs: { addr: { ...addr, ...(ifIdx !== undefined && { ifIdx }) } } })
}

/** Changes flags of an endpoint. */
export function* set(key: MptcpEndpointKey, changes: MptcpEndpointChanges): Operation<void> {
  const checked = endpointKey(key)
  changedFlags(0, changes)
  const found = yield* existing('MPTCP_PM_CMD_SET_FLAGS', checked)
  const { addr = {} } = found.message.attrs
  const flags = changedFlags(addr.flags ?? 0, changes)
  yield* change('MPTCP_PM_CMD_SET_FLAGS', {
    attrs: { addr: { family: addr.family, id: addr.id, ...addressOf(addr), flags } },
  })
}

const addressOf = ({ addr4, addr6 }: { readonly addr4?: string | undefined; readonly addr6?: string | undefined }) => ({
  ...(addr4 !== undefined && { addr4 }),
  ...(addr6 !== undefined && { addr6 }),
})

/** Deletes an endpoint. */
export function* remove(key: MptcpEndpointKey): Operation<void> {
  const checked = endpointKey(key)
  // The id 0 is the address of a connection, for which there is no endpoint to find.
  const addr = checked.id === 0 ? keyAttrs(checked) : { id: (yield* existing('MPTCP_PM_CMD_DEL_ADDR', checked)).id }
  yield* change('MPTCP_PM_CMD_DEL_ADDR', { attrs: { addr } })
}

/** Deletes all endpoints. */
export function* flush(): Operation<void> {
  yield* change('MPTCP_PM_CMD_FLUSH_ADDRS', { attrs: {} })
}

/** Returns the limits. */
export function* limits(): Operation<MptcpLimits> {
  const [{ attrs } = { attrs: {} }] = yield* read('MPTCP_PM_CMD_GET_LIMITS', { attrs: {} })
  const { subflows = 0, rcvAddAddrs = 0 } = attrs as { subflows?: number; rcvAddAddrs?: number }
  return { subflows, addAddrAccepted: rcvAddAddrs }
}

/** Changes limits. Those that are left out stay. */
export function* setLimits(changes: Partial<MptcpLimits>): Operation<void> {
  yield* change('MPTCP_PM_CMD_SET_LIMITS', { attrs: encodeLimits(changes) })
}
