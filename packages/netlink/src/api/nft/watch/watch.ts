import { atCaller } from '../../../connection/caller.js'
import type { Connection } from '../../../connection/connection.js'
import type { Monitor } from '../../../connection/monitor.js'
import { type OptionRules, validateOptions } from '../../../connection/options.js'
import type { nftables } from '../../../netfilter/index.js'
import { ChangeReader } from './changes.js'
import type { NftState } from './state.js'
import type { NftTrace, NftTraceEvent, NftWatchEvent, NftWatchOptions } from './types.js'

type Messages = typeof nftables.messages
/** A connection of nftables. */
export type NftMonitors = Pick<Connection<Messages, 'NFTABLES' | 'NFTRACE'>, 'monitor'>

const optionRules: OptionRules<NftWatchOptions> = {
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
  receiveBuffer: ['a number of bytes from 1', (value) => Number.isInteger(value) && Number(value) > 0],
}

const isOfTraces = ({ type }: NftWatchEvent | NftTrace) => type === 'trace' || type === 'overrun'

/** Events of nftables, for `for await`. Leaving the loop closes it. */
export class NftWatch<E extends NftWatchEvent | NftTraceEvent> implements AsyncIterableIterator<E>, Disposable {
  readonly #monitor: Monitor<Messages>
  readonly #signal: AbortSignal | undefined
  readonly #started: Promise<NftState>
  readonly #events: AsyncGenerator<E, undefined>

  /** `read` reads the ruleset. @internal */
  constructor(
    connection: NftMonitors,
    of: 'changes' | 'traces',
    read: () => Promise<NftState>,
    options: NftWatchOptions,
  ) {
    const { signal, receiveBuffer } = validateOptions(options, optionRules)
    const groups = of === 'traces' ? (['NFTABLES', 'NFTRACE'] as const) : (['NFTABLES'] as const)
    this.#signal = signal
    this.#monitor = connection.monitor(groups, receiveBuffer === undefined ? {} : { receiveBuffer })
    if (signal?.aborted) this.close()
    else signal?.addEventListener('abort', this.#aborted)
    this.#started = read()
    // An error of the start is thrown to the reader.
    this.#started.catch(() => this.close())
    this.#events = this.#run(of, read)
  }

  /** Resolves when the watch has begun: every change from then on is an event. @throws the error of the start */
  async ready(): Promise<this> {
    try {
      await this.#started
      return this
    } catch (error) {
      throw atCaller(error, this.ready)
    }
  }

  async *#run(of: 'changes' | 'traces', read: () => Promise<NftState>): AsyncGenerator<E, undefined> {
    let state = await this.#started
    const reader = new ChangeReader()
    for await (const event of this.#monitor) {
      if (event.type === 'overrun' || event.type === 'unreadable') state = await read()
      for (const each of reader.take(event, state)) if (isOfTraces(each) || of === 'changes') yield each as E
    }
    if (this.#signal?.aborted) throw this.#signal.reason
    return undefined
  }

  /** Returns the next event, and waits for it. @throws the error that ended the watch */
  async next(): Promise<IteratorResult<E, undefined>> {
    try {
      return await this.#events.next()
    } catch (error) {
      throw atCaller(error, this.next)
    }
  }

  async return(): Promise<IteratorResult<E, undefined>> {
    this.close()
    return { done: true, value: undefined }
  }

  readonly #aborted = () => this.close()

  /** Ends the watch, and drops events that wait. Further calls do nothing. */
  close(): void {
    this.#signal?.removeEventListener('abort', this.#aborted)
    this.#monitor.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
