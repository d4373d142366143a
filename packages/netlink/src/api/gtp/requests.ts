import { type GtpNlAttrs, gtp } from '../../generic/gtp.js'
import { ifThere, indexOf, indexOrNone } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { explained, requestsOf } from '../run/requests.js'
import { checkLinkRef } from '../values/link-ref.js'
import { checkKeys } from '../values/objects.js'
import { toGtpTunnel } from './decode.js'
import { encodeKey, encodeTunnel } from './encode.js'
import type { GtpFilter, GtpTunnel, GtpTunnelKey, NewGtpTunnel } from './types.js'

const { read, dump, change } = requestsOf(gtp)

/** Adds the device to the attributes of a tunnel. */
function* withDevice(attrs: GtpNlAttrs, { dev }: GtpTunnelKey): Operation<GtpNlAttrs> {
  return { ...attrs, link: yield* indexOf('dev', dev) }
}

/** Lists tunnels. The kernel has no filter. */
export function* list(filter: GtpFilter = {}): Operation<GtpTunnel[]> {
  checkKeys('filter', filter, { dev: 1 } satisfies Record<keyof GtpFilter, unknown>)
  checkLinkRef('dev of filter', filter.dev)
  const dev = yield* indexOrNone('dev', filter.dev)
  const tunnels = (yield* dump('GTP_CMD_GETPDP', { attrs: {} })).map(toGtpTunnel)
  return dev === undefined ? tunnels : tunnels.filter((tunnel) => tunnel.dev === dev)
}

/** Returns a tunnel. */
export function* get(tunnel: GtpTunnelKey): Operation<GtpTunnel | undefined> {
  const attrs = yield* withDevice(encodeKey(tunnel), tunnel)
  const [found] = (yield* ifThere(read('GTP_CMD_GETPDP', { attrs }), 'ENOENT')) ?? []
  return found && toGtpTunnel(found)
}

/** Adds a tunnel. */
export function* add(tunnel: NewGtpTunnel): Operation<void> {
  const attrs = yield* withDevice(encodeTunnel(tunnel), tunnel)
  yield* explained(
    change('GTP_CMD_NEWPDP', { attrs }, { create: true, excl: true }),
    'EEXIST',
    'there is a tunnel with this subscriber or id',
  )
}

/** Deletes a tunnel. */
export function* remove(tunnel: GtpTunnelKey): Operation<void> {
  const attrs = yield* withDevice(encodeKey(tunnel), tunnel)
  yield* explained(change('GTP_CMD_DELPDP', { attrs }), 'ENOENT', 'no such tunnel')
}
