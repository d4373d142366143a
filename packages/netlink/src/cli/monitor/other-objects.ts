import type { Declaration } from '../../codec/index.js'
import type { Connection, RouteGroup } from '../../connection/connection.js'
import type { MessageEvent } from '../../connection/events.js'
import { NetlinkError } from '../../message/index.js'
import type { NetconfMessage, rtnetlink } from '../../route/index.js'
import { announced } from './announced.js'
import type { Sign } from './entry.js'
import { memberChanges, memberText } from './member-changes.js'
import { type OtherKind, otherKinds } from './other-kinds.js'

type Route = Connection<typeof rtnetlink.messages>
type RouteMessageEvent = MessageEvent<typeof rtnetlink.messages>

type Noun = keyof typeof otherKinds

/** Announced change of an object. */
export interface OtherChange {
  readonly sign: Sign
  /** The changed members, if the object was known. */
  readonly details?: readonly string[]
}

const nounOf = (type: string): Noun | undefined => {
  const [, noun = ''] = /^RTM_(?:NEW|DEL)(\w+)$/.exec(type) ?? []
  return Object.hasOwn(otherKinds, noun) ? (noun as Noun) : undefined
}

/** The last state of the objects of NETLINK_ROUTE that the cache does not hold, so that a notification is shown as what it changes. */
export class OtherObjects {
  readonly #known = new Map<string, unknown>()

  /** Requests the present objects that notifications of these groups describe. */
  read(netlink: Route, groups: readonly RouteGroup[]): void {
    for (const noun of Object.keys(otherKinds) as Noun[])
      this.#readKind(noun, otherKinds[noun] as OtherKind<unknown>, netlink, groups)
  }

  /** Learns from an event, and returns what it changes. Returns undefined for other kinds of objects. */
  apply({ type, message }: RouteMessageEvent): OtherChange | undefined {
    const noun = nounOf(type)
    if (noun === undefined) return undefined
    const kind = otherKinds[noun] as OtherKind<unknown>
    const identity = kind.identity(message)
    if (identity === undefined) return undefined
    const key = `${noun} ${identity}`
    const before = this.#known.get(key)
    if (type.startsWith('RTM_DEL')) {
      this.#known.delete(key)
      return { sign: '–' }
    }
    const after = kind.isPartial && before !== undefined ? merged(before, message) : message
    this.#known.set(key, after)
    if (before === undefined && kind.isPart?.(message))
      return { sign: '~', details: [`${kind.label?.(message) ?? ''}– → present`] }
    if (before === undefined) return { sign: '+' }
    const details = changesOf(kind, announced(`RTM_NEW${noun}`), before, after)
    return { sign: details.length === 0 ? '=' : '~', details }
  }

  #readKind(noun: Noun, kind: OtherKind<unknown>, netlink: Route, groups: readonly RouteGroup[]): void {
    for (const [group, dump] of kind.present) {
      if (!groups.includes(group)) continue
      for (const message of dumped(netlink, dump)) {
        for (const each of kind.split?.(message) ?? [message]) {
          const identity = kind.identity(each)
          if (identity !== undefined) this.#known.set(`${noun} ${identity}`, each)
        }
      }
    }
  }
}

/** Returns what differs between two states of an object: `['state disabled → forwarding']`. */
function changesOf(
  { parts, label, volatile }: OtherKind<unknown>,
  declaration: Declaration<unknown>,
  before: unknown,
  after: unknown,
): string[] {
  const changes = memberChanges(declaration, before, after, volatile)
  const own = parts === undefined ? changes : changes.filter(({ key }) => parts.includes(key.split('.', 1)[0] ?? ''))
  const prefix = label?.(after) ?? ''
  return own.map((change) => `${prefix}${memberText({ ...change, key: change.key.replace(enclosing, '') })}`)
}

/** Keys that enclose the only element of a message. */
const enclosing = /^(protinfo|mdb\.entry\.0\.info\.0|entry\.0|globalOptions\.0)\./

/** Dumps objects. Returns none if the kernel lacks them. */
function dumped(netlink: Route, dump: (netlink: Route) => readonly unknown[]): readonly unknown[] {
  try {
    return dump(netlink)
  } catch (error) {
    if (error instanceof NetlinkError) return []
    throw error
  }
}

/** Adds the attributes of a message to those of an earlier one. */
const merged = (before: unknown, after: unknown): unknown => ({
  ...(after as object),
  attrs: { ...(before as NetconfMessage).attrs, ...(after as NetconfMessage).attrs },
})
