import type { Connection } from '../../connection/connection.js'
import { MPTCP_EVENT, type MptcpEventMessage, type mptcpPm } from '../../generic/mptcp.js'
import type { EventSource } from '../watch/event-stream.js'
import { notifications } from '../watch/notifications.js'
import { toMptcpEvent } from './decode.js'
import type { MptcpEvent } from './types.js'

type Messages = typeof mptcpPm.messages

const eventNames: ReadonlySet<string> = new Set(Object.keys(MPTCP_EVENT.values).map((name) => `MPTCP_EVENT_${name}`))

/** Returns the source of the events of connections. */
export const mptcpEvents = (connection: () => Connection<Messages>): EventSource<Messages, MptcpEvent> =>
  notifications(connection, ['mptcp_pm_events'], (message: MptcpEventMessage, name) =>
    eventNames.has(name) ? toMptcpEvent(message) : undefined,
  )
