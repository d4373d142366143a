import { AF } from '../codec/index.js'
import type { MonitorEvent } from '../connection/events.js'
import { NLM_F_NEW } from '../message/index.js'
import type { rtnetlink } from '../route/index.js'
import type { Change, Subscribers } from './changes.js'
import { kindNames, kinds, type ObjectKind, type Objects } from './kinds.js'
import { dropWithLink, staleAfter } from './silent-changes.js'
import { type Difference, Store } from './store.js'
import { oneLink, type StaleObjects, type Stores } from './stores.js'

/** Number of times that a dump is repeated because objects were removed during it. Under endless changes, the last one counts. */
const MOST_REPEATS = 10

/** The objects of a cache, and which of them must be requested again. Sends nothing itself. */
export class CacheModel {
  readonly stores: Stores
  readonly #subscribers: Subscribers
  /** The kinds that the monitor reports. */
  readonly #followed: readonly ObjectKind[]
  #stale = new Map<string, StaleObjects>()
  #hadOverrun = false
  /** Number of repeated dumps since the cache was complete. */
  #repeats = 0

  constructor(subscribers: Subscribers, followed: readonly ObjectKind[]) {
    this.#subscribers = subscribers
    this.#followed = followed
    this.stores = Object.fromEntries(
      Object.entries(kinds).map(([name, kind]) => [name, new Store(kind as never)]),
    ) as unknown as Stores
  }

  /** Applies an event of a monitor. `late`: true if it may be older than a dump that was applied before. */
  apply(event: MonitorEvent<typeof rtnetlink.messages>, late: boolean): void {
    if (event.type === 'overrun' || event.type === 'unreadable') {
      if (!this.#hadOverrun) this.#subscribers.notify({ type: 'overrun' })
      this.#hadOverrun = true
      this.markAll()
      return
    }
    const isDelete = event.type.startsWith('RTM_DEL')
    for (const kind of kindsByMessage.get(event.type) ?? [])
      if (this.#followed.includes(kind))
        for (const message of partsOf(kind, event.message as Objects[typeof kind]))
          this.#applyMessage(kind, message, isDelete, event.flags, late)
  }

  /** Applies a dump. */
  reconcile<K extends ObjectKind>(
    { kind, family }: StaleObjects & { readonly kind: K },
    found: readonly Objects[K][],
  ): void {
    const single = found.flatMap((message) => partsOf(kind, message))
    for (const difference of this.stores[kind].reconcile(family, single)) this.#notify(kind, difference, true)
  }

  /** Applies the answer to a request for one link. */
  putLink(link: Objects['link']): void {
    const { difference } = this.stores.link.put(link, false)
    if (difference) this.#notify('link', difference, true)
  }

  /** True if no object must be requested again. */
  get isComplete(): boolean {
    return this.#stale.size === 0
  }

  /** Returns the objects that must be requested again, for the caller to do it. */
  takeStale(): StaleObjects[] {
    const stale = [...this.#stale.values()]
    this.#stale = new Map()
    return stale
  }

  /** Marks objects as stale: they must be requested again. */
  mark({ kind, family, index }: StaleObjects): void {
    if (!this.#followed.includes(kind)) return
    if (index !== undefined) {
      if (this.stores.link.objects.has(String(index))) this.#stale.set(`${kind} #${index}`, { kind, family, index })
      return
    }
    for (const each of family === AF.UNSPEC ? kinds[kind].families : [family])
      this.#stale.set(`${kind} ${each}`, { kind, family: each })
  }

  markAll(): void {
    for (const kind of this.#followed) this.mark({ kind, family: AF.UNSPEC })
  }

  /** Reports that all changes since an overrun, if there was one, are applied. */
  settle(): void {
    if (this.#hadOverrun) this.#subscribers.notify({ type: 'resynchronised' })
    this.#hadOverrun = false
    this.#repeats = 0
  }

  #notify<K extends ObjectKind>(kind: K, difference: Difference<Objects[K]>, derived: boolean): void {
    this.#subscribers.notify({ ...difference, type: kind, derived } as Change)
    for (const stale of staleAfter(this.stores, kind, difference, false)) this.mark(stale)
    if (kind === 'link' && difference.after === undefined) this.#dropAllOn(Number(difference.key))
  }

  #dropAllOn(index: number): void {
    const dropped = dropWithLink(this.stores, index)
    for (const [kind, differences] of dropped) for (const each of differences) this.#notify(kind, each as never, true)
  }

  /** Marks objects as stale again, because the dump may have skipped some. */
  #repeat(stale: StaleObjects): void {
    const key = `${stale.kind} ${stale.family}`
    if (this.#stale.has(key) || this.#repeats >= MOST_REPEATS) return
    this.#repeats++
    this.mark(stale)
  }

  #applyMessage<K extends ObjectKind>(
    kind: K,
    message: Objects[K],
    isDelete: boolean,
    flags: number,
    late: boolean,
  ): void {
    const { families, isOne, isReported, isSkipped, isSeveral } = kinds[kind]
    const { family } = message
    // The state of a bridge port is announced as a link of AF_BRIDGE, in a form that differs from the link's.
    if (kind === 'link' && family === AF.BRIDGE) this.mark(oneLink((message as Objects['link']).index))
    if (isSeveral?.(message)) {
      this.mark({ kind, family: AF.UNSPEC })
      return
    }
    if (!(families.includes(AF.UNSPEC) || families.includes(family)) || !isOne(message)) return
    const isGone = isDelete || isReported?.(message) === false
    const replaces = (flags & NLM_F_NEW.REPLACE) !== 0
    const store = this.stores[kind]
    const { difference, isAmbiguous } = isGone ? store.remove(message) : store.put(message, replaces)
    if (isAmbiguous) this.mark({ kind, family: families.includes(AF.UNSPEC) ? AF.UNSPEC : family })
    if (difference) this.#notify(kind, difference, false)
    if (!late) return
    if (isDelete && isSkipped?.(message)) this.#repeat({ kind, family })
    // The dump may already contain the object as in this event, but not yet its silent consequences.
    const whole = { key: '', before: message, after: isGone ? undefined : message }
    for (const stale of staleAfter(this.stores, kind, whole, true)) this.mark(stale)
    if (kind === 'link' && isGone) this.#dropAllOn((message as Objects['link']).index)
  }
}

/** Returns the objects of a message, each as a message of its own. */
const partsOf = <K extends ObjectKind>(kind: K, message: Objects[K]): readonly Objects[K][] =>
  kinds[kind].parts?.(message) ?? [message]

/** The kinds of objects, by the names of the messages that announce them. Those of VLANs announce two kinds. */
const kindsByMessage: ReadonlyMap<string, readonly ObjectKind[]> = (() => {
  const byMessage = new Map<string, ObjectKind[]>()
  for (const kind of kindNames)
    for (const verb of ['NEW', 'DEL']) {
      const name = `RTM_${verb}${kinds[kind].noun}`
      byMessage.set(name, [...(byMessage.get(name) ?? []), kind])
    }
  return byMessage
})()
