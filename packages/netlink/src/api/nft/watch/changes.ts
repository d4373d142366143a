import type { MonitorEvent } from '../../../connection/events.js'
import type { NftGenMessage, NftSetElemMessage, nftables } from '../../../netfilter/index.js'
import type { NftState } from './state.js'
import { TraceReader } from './trace.js'
import type { NftTrace, NftWatchEvent } from './types.js'

type Event = MonitorEvent<typeof nftables.messages>

/** Converts notifications to events. */
export class ChangeReader {
  readonly #traces = new TraceReader()
  /** Messages about elements of one set. The kernel sends one for each element, and two for an interval. */
  #elements: { readonly isRemoval: boolean; readonly messages: NftSetElemMessage[] } | undefined

  /** Returns the events of a notification. */
  take(event: Event, state: NftState): (NftWatchEvent | NftTrace)[] {
    if (event.type === 'overrun' || event.type === 'unreadable') {
      this.#elements = undefined
      return [{ type: 'overrun' }]
    }
    const [, action, what] = /^NFT_MSG_(NEW|DEL|DESTROY)(\w+)$/.exec(event.type) ?? []
    const isRemoval = action !== 'NEW'
    if (what === 'SETELEM') return this.#takeElements(isRemoval, event.message as NftSetElemMessage, state)
    const before = this.#flush(state)
    if (event.type === 'NFT_MSG_TRACE') return [...before, this.#traces.take(event.message, state)]
    if (event.type === 'NFT_MSG_NEWGEN') return [...before, generationOf(event.message)]
    const change = what === undefined ? undefined : state.apply(isRemoval, what, event.message)
    return change === undefined ? before : [...before, change]
  }

  #takeElements(isRemoval: boolean, message: NftSetElemMessage, state: NftState): NftWatchEvent[] {
    const pending = this.#elements
    const [last] = pending?.messages ?? []
    const { table, set } = message.attrs
    const isSame = last?.family === message.family && last.attrs.table === table && last.attrs.set === set
    if (pending !== undefined && isSame && pending.isRemoval === isRemoval) {
      pending.messages.push(message)
      return []
    }
    const events = this.#flush(state)
    this.#elements = { isRemoval, messages: [message] }
    return events
  }

  #flush(state: NftState): NftWatchEvent[] {
    const pending = this.#elements
    this.#elements = undefined
    const change = pending && state.applyElements(pending.isRemoval, pending.messages)
    return change === undefined ? [] : [change]
  }
}

const generationOf = ({ attrs: { id = 0, procPid = 0, procName = '' } }: NftGenMessage) =>
  ({ type: 'generation', generation: id, process: { id: procPid, name: procName } }) as const
