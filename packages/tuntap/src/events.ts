import type { Connection, LinkMessage } from '@netloom/netlink'
import { IFF_UP } from './abi.js'
import { exists, indexOf, isUp, mtuOf } from './control/link.js'
import { openOtherNetns } from './control/netns.js'
import type { Queue } from './device/queue.js'
import { checkOptions, checkSignal } from './options.js'

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

type Connections = typeof Connection

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

type Result = IteratorResult<DeviceEvent, undefined>
const DONE: Result = { done: true, value: undefined }

/**
 * Yields the changes of a device since it was created. Ends after the deletion of the device, and when that is closed. It is not a
 * generator, whose `return()` would wait for the next event.
 */
export class EventIterator implements AsyncIterableIterator<DeviceEvent, undefined>, AsyncDisposable {
  readonly #end = new AbortController()
  readonly #events: AsyncGenerator<DeviceEvent, undefined>

  /** @internal */
  constructor(queue: Queue, options: EventOptions = {}) {
    checkOptions(options, { signal: checkSignal })
    const first = { up: isUp(queue), mtu: mtuOf(queue), name: queue.name }
    this.#events = follow(queue, first, options.signal, this.#end.signal)
  }

  /** Returns the next change. @throws the reason of the aborted signal */
  next(): Promise<Result> {
    return this.#events.next()
  }

  /** Ends the events, also if `next()` waits for one. */
  async return(): Promise<Result> {
    this.#end.abort()
    await this.#events.return(undefined)
    return DONE
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }
}

/** @param end Ends the events without an error. */
async function* follow(
  queue: Queue,
  first: State,
  signal: AbortSignal | undefined,
  end: AbortSignal,
): AsyncGenerator<DeviceEvent, undefined> {
  const signals = signal ? [signal, end] : [end]
  let state = first
  while (queue.isOpen && !end.aborted) {
    signal?.throwIfAborted()
    using link = await openMonitor(queue, signals)
    for await (const message of link?.messages() ?? []) {
      const next = stateOf(message)
      yield* differences(state, next)
      state = next
    }
    signal?.throwIfAborted()
    if (!queue.isOpen || end.aborted) return undefined
    const isDeleted = !exists(queue)
    yield { type: isDeleted ? 'deleted' : 'moved' }
    if (isDeleted) return undefined
  }
  return undefined
}

/** Opens a monitor. Returns undefined if the device was deleted meanwhile, or a signal was aborted. */
async function openMonitor(queue: Queue, signals: readonly AbortSignal[]) {
  // Loaded here, because it takes longer than everything else of this package.
  const { Connection } = await import('@netloom/netlink')
  // Meanwhile nothing has listened to the signals.
  if (signals.some(({ aborted }) => aborted)) return undefined
  try {
    return monitorOf(queue, Connection, signals)
  } catch (error) {
    if (exists(queue)) throw error
    return undefined
  }
}

/** Opens a connection in the namespace of the device. */
function connect(queue: Queue, Connection: Connections): ReturnType<Connections['open']> {
  const netns = openOtherNetns(queue)
  try {
    return Connection.open({ netns: netns?.fd })
  } finally {
    netns?.close()
  }
}

/** Opens a monitor in the namespace of the device. It is closed with the queue, and when a signal is aborted. */
function monitorOf(queue: Queue, Connection: Connections, signals: readonly AbortSignal[]) {
  const connection = connect(queue, Connection)
  try {
    return follower(queue, connection, signals)
  } catch (error) {
    connection.close()
    throw error
  }
}

function follower(queue: Queue, connection: ReturnType<Connections['open']>, signals: readonly AbortSignal[]) {
  const monitor = connection.monitor(['LINK'])
  const index = indexOf(queue)
  const close = () => monitor.close()
  const keep = queue.beforeClose(close)
  for (const signal of signals) signal.addEventListener('abort', close)
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
      for (const signal of signals) signal.removeEventListener('abort', close)
      monitor.close()
      connection.close()
    },
  }
}
