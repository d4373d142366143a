import { ArgumentError } from '../../codec/error.js'
import { ownOnly } from '../../codec/own.js'
import { calledBy } from '../../connection/caller.js'
import { connector, PROC_EVENT } from '../../connector/index.js'
import type { Connections } from '../run/connections.js'
import { bitsOf } from '../values/names.js'
import { checkKeys } from '../values/objects.js'
import { EventStream } from '../watch/event-stream.js'
import type { ProcessEvent, ProcessEventKind, ProcessWatchOptions } from './types.js'
import { processEvents } from './watch.js'

/** Events of the processes of the machine: `nl.processes`. */
export interface ProcessOperations {
  /**
   * Returns the events of all processes, for `for await`: new processes and threads, programs that are executed, changes of ids and
   * names, and ends with code or signal. The kernel reports them to processes of its initial namespaces; before 6.6 only with
   * CAP_NET_ADMIN. See docs/processes.md.
   *
   * ```ts
   * for await (const event of nl.processes.watch({ events: ['nonzero_exit'] }))
   *   if (event.type === 'exit') console.log(event.pid, event.signal ?? event.code)
   * ```
   * @throws {TypeError} for a wrong option. Other errors are those of the loop: {@link NetlinkError} `EPERM`, or `ECONNREFUSED` in another
   * network namespace than the initial one.
   */
  watch(options?: ProcessWatchOptions): EventStream<ProcessEvent>
}

/** Returns the bits of kinds of events; undefined for all. @throws {TypeError} */
function maskOf(events: readonly ProcessEventKind[] | undefined): number | undefined {
  if (events === undefined) return undefined
  const mask = bitsOf('events', PROC_EVENT, events)
  if (mask === 0) throw new ArgumentError('expected events to have at least one kind, got none')
  return mask
}

const optionKeys = { events: 1, signal: 1, receiveBuffer: 1 } satisfies Record<keyof ProcessWatchOptions, unknown>

/** Creates the operations. */
export const open = (connections: Connections): ProcessOperations => {
  const watch: ProcessOperations['watch'] = (options = {}) =>
    calledBy(watch, () => {
      checkKeys('options', options, optionKeys)
      const { events, ...others } = ownOnly(options)
      return EventStream.from(
        processEvents(() => connections.protocol(connector), maskOf(events)),
        others,
      )
    })
  return { watch }
}
