import type { Connection } from '../../connection/connection.js'
import type { team } from '../../generic/team.js'
import type { EventSource } from '../watch/event-stream.js'
import { notifications } from '../watch/notifications.js'
import { toTeamEvent } from './decode.js'
import type { TeamEvent } from './types.js'

type Messages = typeof team.messages

/** Returns the source of the changes of options and ports. */
export const teamEvents = (connection: () => Connection<Messages>): EventSource<Messages, TeamEvent> =>
  notifications(connection, ['change_event'], toTeamEvent)
