import type { Connection } from '../../../connection/connection.js'
import type { Monitor } from '../../../connection/monitor.js'
import type { nftables } from '../../../netfilter/index.js'
import type { EventSource } from '../../watch/event-stream.js'
import { ChangeReader } from './changes.js'
import type { NftState } from './state.js'
import type { NftTrace, NftTraceEvent, NftWatchEvent } from './types.js'

type NftMessages = typeof nftables.messages
type NftConnection = Connection<NftMessages, 'NFTABLES' | 'NFTRACE'>
type NftSource<E> = EventSource<NftMessages, E, NftState>

/** Returns the source of changes of the ruleset. `read` reads the ruleset. */
export const changesOf = (
  connection: () => NftConnection,
  read: () => Promise<NftState>,
): NftSource<NftWatchEvent> => ({
  open: (options) => connection().monitor(['NFTABLES'], options),
  start: read,
  async *events(monitor, state) {
    for await (const event of eventsOf(monitor, state, read)) if (event.type !== 'trace') yield event
  },
})

/** Returns the source of the steps of packets. `read` reads the ruleset, for their rules. */
export const tracesOf = (connection: () => NftConnection, read: () => Promise<NftState>): NftSource<NftTraceEvent> => ({
  open: (options) => connection().monitor(['NFTABLES', 'NFTRACE'], options),
  start: read,
  async *events(monitor, state) {
    for await (const event of eventsOf(monitor, state, read)) if (isOfTraces(event)) yield event
  },
})

const isOfTraces = (event: NftWatchEvent | NftTrace): event is NftTraceEvent =>
  event.type === 'trace' || event.type === 'overrun'

/** Converts notifications to events, with the ruleset that they change. */
async function* eventsOf(monitor: Monitor<NftMessages>, first: NftState, read: () => Promise<NftState>) {
  let state = first
  const reader = new ChangeReader()
  for await (const event of monitor) {
    if (event.type === 'overrun' || event.type === 'unreadable') state = await read()
    yield* reader.take(event, state)
  }
}
