import type { Connection } from '../../connection/connection.js'
import type { L2tpMessage, l2tp } from '../../generic/l2tp.js'
import type { EventSource } from '../watch/event-stream.js'
import { notifications } from '../watch/notifications.js'
import { toSession, toTunnel } from './decode.js'
import type { L2tpEvent } from './types.js'

type Messages = typeof l2tp.messages

const types = { CREATE: 'added', DELETE: 'removed', MODIFY: 'changed' } as const

/** Converts a notification: it has the name of the command that caused it. Returns undefined for another one. */
function toEvent(message: L2tpMessage, name: string): L2tpEvent | undefined {
  const [, kind, command = ''] = /^L2TP_CMD_(TUNNEL|SESSION)_(CREATE|DELETE|MODIFY)$/.exec(name) ?? []
  const type = types[command as keyof typeof types]
  if (kind === 'TUNNEL') return { kind: 'tunnel', type, object: toTunnel(message) }
  return kind === 'SESSION' ? { kind: 'session', type, object: toSession(message) } : undefined
}

/** Returns the source of the changes of tunnels and sessions. */
export const l2tpEvents = (connection: () => Connection<Messages>): EventSource<Messages, L2tpEvent> =>
  notifications(connection, ['l2tp'], toEvent)
