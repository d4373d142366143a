import type { Connection } from '../../connection/connection.js'
import type { Messages } from '../../message/index.js'
import type { EventSource } from './event-stream.js'

/** The kernel has dropped events, because they were not read in time. */
interface Overrun {
  readonly type: 'overrun'
}

/**
 * Returns a source of events from the notifications of some groups. `toEvent` converts a message with the name of its command; it returns undefined
 * for one that is left out.
 */
export const notifications = <M extends Messages, T, E>(
  connection: () => Connection<M>,
  groups: readonly string[],
  toEvent: (message: T, name: string) => E | undefined,
): EventSource<M, E | Overrun> => ({
  open: (options) => connection().monitor(groups, options),
  start: async () => {},
  async *events(monitor) {
    for await (const event of monitor) {
      if (event.type === 'overrun') yield { type: 'overrun' }
      else if ('message' in event) {
        const converted = toEvent(event.message as T, event.type)
        if (converted !== undefined) yield converted
      }
    }
  },
})
