import type { LinkMessage } from '@netloom/netlink'
import { closeFile } from '@netloom/netlink/socket'
import { IFF_UP } from './abi.js'
import { exists, indexOf, isUp, mtuOf } from './control/link.js'
import { openOtherNetns } from './control/netns.js'
import type { Queue } from './device/queue.js'

/** A change of a device. */
export type DeviceEvent =
  /** The link was set up or down. */
  | { readonly type: 'up' | 'down' }
  | { readonly type: 'mtu'; readonly before: number; readonly after: number }
  | { readonly type: 'rename'; readonly before: string; readonly after: string }
  /** The device was moved to another namespace. Later events are those of the link there. */
  | { readonly type: 'moved' }
  /** The device was deleted. It is the last event. */
  | { readonly type: 'deleted' }

/** Options of `TunTap.events`. */
export interface EventOptions {
  /** Ends the events: the iterator throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** The properties whose changes are events. */
interface State {
  readonly up: boolean
  readonly mtu: number
  readonly name: string
}

const stateOf = ({ flags, attrs }: LinkMessage): State => ({
  up: (flags & IFF_UP) !== 0,
  mtu: attrs.mtu ?? 0,
  name: attrs.ifname ?? '',
})

function* differences(before: State, after: State): Generator<DeviceEvent> {
  if (before.name !== after.name) yield { type: 'rename', before: before.name, after: after.name }
  if (before.mtu !== after.mtu) yield { type: 'mtu', before: before.mtu, after: after.mtu }
  if (before.up !== after.up) yield { type: after.up ? 'up' : 'down' }
}

/**
 * Returns the changes of the device from now on. Ends after its deletion, and when the queue is closed.
 */
export function deviceEvents(queue: Queue, { signal }: EventOptions = {}): AsyncGenerator<DeviceEvent, void> {
  return follow(queue, { up: isUp(queue), mtu: mtuOf(queue), name: queue.name }, signal)
}

async function* follow(queue: Queue, first: State, signal: AbortSignal | undefined): AsyncGenerator<DeviceEvent, void> {
  let state = first
  while (queue.isOpen) {
    signal?.throwIfAborted()
    using link = await openMonitor(queue, signal)
    for await (const message of link?.messages() ?? []) {
      const next = stateOf(message)
      yield* differences(state, next)
      state = next
    }
    signal?.throwIfAborted()
    if (!queue.isOpen) return
    const isDeleted = !exists(queue)
    yield { type: isDeleted ? 'deleted' : 'moved' }
    if (isDeleted) return
  }
}

/** Opens a monitor. Returns undefined if the device was deleted meanwhile. */
async function openMonitor(queue: Queue, signal: AbortSignal | undefined) {
  try {
    return await monitorOf(queue, signal)
  } catch (error) {
    if (exists(queue)) throw error
    return undefined
  }
}

/** Opens a monitor in the namespace of the device. It is closed with the queue, and when `signal` is aborted. */
async function monitorOf(queue: Queue, signal: AbortSignal | undefined) {
  // Loaded here, because it takes longer than everything else of this package.
  const { Connection } = await import('@netloom/netlink')
  const netns = openOtherNetns(queue)
  const connection = Connection.open({ netns })
  if (netns !== undefined) closeFile(netns)
  const monitor = connection.monitor(['LINK'])
  const index = indexOf(queue)
  const close = () => monitor.close()
  const keep = queue.beforeClose(close)
  signal?.addEventListener('abort', close)
  return {
    /** Yields the link as it is now and after each change. Ends when it is deleted or moved, or the monitor is closed. */
    async *messages(): AsyncGenerator<LinkMessage> {
      yield* await connection.request('RTM_GETLINK', { index })
      for await (const event of monitor) {
        if (event.type === 'overrun') yield* await connection.request('RTM_GETLINK', { index })
        // Messages of other families describe the link as a port of a bridge.
        const isLink = event.type === 'RTM_NEWLINK' || event.type === 'RTM_DELLINK'
        if (!isLink || event.message.index !== index || event.message.family !== 0) continue
        if (event.type === 'RTM_DELLINK') return
        yield event.message
      }
    },
    [Symbol.dispose]() {
      keep()
      signal?.removeEventListener('abort', close)
      monitor.close()
      connection.close()
    },
  }
}
