import type { Connection } from '../../connection/connection.js'
import type { MessageEvent } from '../../connection/events.js'
import { NLM_F_NEW } from '../../message/index.js'
import type { ConntrackMessage, ctnetlink } from '../../netfilter/index.js'
import type { EventSource } from '../watch/event-stream.js'
import { dateOf, toConntrack } from './decode.js'
import type { EncodedFilter } from './filter.js'
import type { ConntrackChangeEvent, ConntrackEvent } from './types.js'

type Messages = typeof ctnetlink.messages
/** A connection that receives the events of connection tracking. */
export type CtConnection = Connection<Messages, `CONNTRACK_${string}`>

/** Returns the type of the event of a notification; undefined for a message about another kind of object. */
export function eventType({ type, flags }: MessageEvent<Messages>, object: 'CT' | 'EXP') {
  if (type === `IPCTNL_MSG_${object}_DELETE`) return 'removed'
  if (type !== `IPCTNL_MSG_${object}_NEW`) return undefined
  // New and changed objects have the same message.
  return (flags & NLM_F_NEW.CREATE) !== 0 ? 'added' : 'changed'
}

function toEvent(event: MessageEvent<Messages>): ConntrackChangeEvent | undefined {
  const type = eventType(event, 'CT')
  if (type === undefined) return undefined
  const message = event.message as ConntrackMessage
  const { timestampEvent } = message.attrs
  const time = timestampEvent === undefined ? new Date() : dateOf(timestampEvent)
  return { type, object: toConntrack(message), time }
}

/** Returns the source of events of the connections that match a filter. */
export const changesOf = (
  connection: () => CtConnection,
  { fits }: EncodedFilter,
): EventSource<Messages, ConntrackEvent> => ({
  open: (options) => connection().monitor(['CONNTRACK_NEW', 'CONNTRACK_UPDATE', 'CONNTRACK_DESTROY'], options),
  start: async () => {},
  async *events(monitor) {
    for await (const each of monitor) {
      if (each.type === 'overrun' || each.type === 'unreadable') yield { type: 'overrun' }
      else {
        const event = toEvent(each)
        if (event !== undefined && fits(event.object)) yield event
      }
    }
  },
})
