import { l2tp } from '../../generic/l2tp.js'
import { ifThere } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { explained, requestsOf } from '../run/requests.js'
import { toSession, toTunnel } from './decode.js'
import { checkTunnelId, encodeChanges, encodeSession, encodeTunnel, sessionKey } from './encode.js'
import type {
  L2tpSession,
  L2tpSessionChanges,
  L2tpSessionKey,
  L2tpTunnel,
  NewL2tpSession,
  NewL2tpTunnel,
} from './types.js'

const { read, dump, change } = requestsOf(l2tp)

/** Lists tunnels. */
export function* listTunnels(): Operation<L2tpTunnel[]> {
  return (yield* dump('L2TP_CMD_TUNNEL_GET', { attrs: {} })).map(toTunnel)
}

/** Returns a tunnel. */
export function* getTunnel(id: number): Operation<L2tpTunnel | undefined> {
  const attrs = { connId: checkTunnelId(id) }
  const [found] = (yield* ifThere(read('L2TP_CMD_TUNNEL_GET', { attrs }), 'ENODEV')) ?? []
  return found && toTunnel(found)
}

/** Adds a tunnel. */
export function* addTunnel(tunnel: NewL2tpTunnel): Operation<void> {
  yield* change('L2TP_CMD_TUNNEL_CREATE', { attrs: encodeTunnel(tunnel) })
}

/** Deletes a tunnel, with its sessions. */
export function* removeTunnel(id: number): Operation<void> {
  const attrs = { connId: checkTunnelId(id) }
  yield* explained(change('L2TP_CMD_TUNNEL_DELETE', { attrs }), 'ENODEV', 'no such tunnel')
}

/** Lists sessions of all tunnels. */
export function* listSessions(): Operation<L2tpSession[]> {
  return (yield* dump('L2TP_CMD_SESSION_GET', { attrs: {} })).map(toSession)
}

/** Returns a session. */
export function* getSession(key: L2tpSessionKey): Operation<L2tpSession | undefined> {
  const attrs = sessionKey(key)
  const [found] = (yield* ifThere(read('L2TP_CMD_SESSION_GET', { attrs }), 'ENODEV')) ?? []
  return found && toSession(found)
}

/** Adds a session to a tunnel. */
export function* addSession(session: NewL2tpSession): Operation<void> {
  const attrs = encodeSession(session)
  yield* explained(change('L2TP_CMD_SESSION_CREATE', { attrs }), 'ENODEV', `no tunnel ${session.tunnelId}`)
}

/** Changes a session. */
export function* setSession(key: L2tpSessionKey, changes: L2tpSessionChanges): Operation<void> {
  const attrs = { ...sessionKey(key), ...encodeChanges(changes) }
  yield* explained(change('L2TP_CMD_SESSION_MODIFY', { attrs }), 'ENODEV', 'no such session')
}

/** Deletes a session. */
export function* removeSession(key: L2tpSessionKey): Operation<void> {
  const attrs = sessionKey(key)
  yield* explained(change('L2TP_CMD_SESSION_DELETE', { attrs }), 'ENODEV', 'no such session')
}
