import { AF } from '../codec/index.js'
import type { MonitorEvent } from '../connection/events.js'
import { NLM_F_NEW } from '../message/index.js'
import type { rtnetlink } from '../route/index.js'
import type { Audience, Change } from './changes.js'
import { kinds, type ObjectKind, type Objects } from './kinds.js'
import { createStore, type Difference } from './store.js'
import { dropWithLink, oneLink, type Part, type Stores, unsaid } from './unsaid.js'

/** What there is, as far as the kernel has told, and what it must be asked for. Asks nothing itself. */
export interface Model {
  readonly stores: Stores
  /** Applies an event of a monitor. It is `late` if it may be older than a dump that was applied before. */
  take(event: MonitorEvent<typeof rtnetlink.messages>, late: boolean): void
  /** Takes what a dump has told. */
  reconcile<K extends ObjectKind>(part: Part & { readonly kind: K }, found: readonly Objects[K][]): void
  /** Takes what a single link was said to be. */
  putLink(link: Objects['link']): void
  /** Whether nothing is to be asked for. */
  readonly isClear: boolean
  /** What is to be asked for; from now on that is the caller's concern. */
  unclear(): Part[]
  /** The kernel must be asked for this. */
  mark(part: Part): void
  markAll(): void
  /** Everything is clear again. */
  settle(): void
}

export function createModel(audience: Audience): Model {
  const stores = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [name, createStore(kind as never)]),
  ) as unknown as Stores
  let unclear = new Map<string, Part>()
  let overrun = false

  const mark = ({ kind, family, index }: Part) => {
    if (index !== undefined) {
      if (stores.link.objects.has(String(index))) unclear.set(`${kind} #${index}`, { kind, family, index })
      return
    }
    for (const each of family === AF.UNSPEC ? kinds[kind].families : [family])
      unclear.set(`${kind} ${each}`, { kind, family: each })
  }
  const markAll = () => {
    for (const kind of Object.keys(kinds) as ObjectKind[]) mark({ kind, family: AF.UNSPEC })
  }
  const tell = <K extends ObjectKind>(kind: K, difference: Difference<Objects[K]>, derived: boolean) => {
    audience.tell({ ...difference, type: kind, derived } as Change)
    for (const part of unsaid(stores, kind, difference, false)) mark(part)
    if (kind === 'link' && difference.after === undefined) dropAllOn(Number(difference.key))
  }
  const dropAllOn = (index: number) => {
    const dropped = dropWithLink(stores, index)
    for (const each of dropped.address) tell('address', each, true)
    for (const each of dropped.neighbour) tell('neighbour', each, true)
    for (const each of dropped.nexthop) tell('nexthop', each, true)
  }
  const apply = <K extends ObjectKind>(kind: K, message: Objects[K], gone: boolean, flags: number, late: boolean) => {
    const { families, isOne, isTold } = kinds[kind]
    const { family } = message
    // The state of a bridge's port is told as of AF_BRIDGE, in other words than a link's.
    if (kind === 'link' && family === AF.BRIDGE) mark(oneLink((message as Objects['link']).index))
    if (!(families.includes(AF.UNSPEC) || families.includes(family)) || !isOne(message)) return
    const isGone = gone || isTold?.(message) === false
    const replaces = (flags & NLM_F_NEW.REPLACE) !== 0
    const store = stores[kind]
    const { difference, unclear: isUnclear } = isGone ? store.remove(message) : store.put(message, replaces)
    if (isUnclear) mark({ kind, family: families.includes(AF.UNSPEC) ? AF.UNSPEC : family })
    if (difference) tell(kind, difference, false)
    if (!late) return
    // Its consequences may not be in what was applied since that dump, although the object itself is as the dump has it.
    const all = { key: '', before: message, after: isGone ? undefined : message }
    for (const part of unsaid(stores, kind, all, true)) mark(part)
    if (kind === 'link' && isGone) dropAllOn((message as Objects['link']).index)
  }
  return {
    stores,
    mark,
    markAll,
    take(event, late) {
      if (event.type === 'overrun' || event.type === 'unreadable') {
        if (!overrun) audience.tell({ type: 'overrun' })
        overrun = true
        markAll()
        return
      }
      const kind = byMessage.get(event.type)
      if (kind !== undefined)
        apply(kind, event.message as Objects[typeof kind], event.type.startsWith('RTM_DEL'), event.flags, late)
    },
    reconcile({ kind, family }, found) {
      for (const difference of stores[kind].reconcile(family, found)) tell(kind, difference, true)
    },
    putLink(link) {
      const { difference } = stores.link.put(link, false)
      if (difference) tell('link', difference, true)
    },
    get isClear() {
      return unclear.size === 0
    },
    unclear() {
      const parts = [...unclear.values()]
      unclear = new Map()
      return parts
    },
    settle() {
      if (overrun) audience.tell({ type: 'resynchronised' })
      overrun = false
    },
  }
}

/** The kinds by the messages that tell of them. */
const byMessage: ReadonlyMap<string, ObjectKind> = new Map(
  (Object.keys(kinds) as ObjectKind[]).flatMap((kind) =>
    ['NEW', 'DEL'].map((verb) => [`RTM_${verb}${kinds[kind].noun}`, kind] as const),
  ),
)
