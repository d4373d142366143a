import { convert } from '../../api/watch/convert.js'
import type { NamedObjects } from '../../api/watch/types.js'
import { type CacheObserver, StateCache } from '../../cache/cache.js'
import type { Change, ObjectChange } from '../../cache/changes.js'
import { type CommonKind, isCommon, type Objects, validateCacheOptions } from '../../cache/index.js'
import { commonKinds, kinds } from '../../cache/kinds.js'
import { AF } from '../../codec/index.js'
import { Connection, type RouteGroup } from '../../connection/connection.js'
import type { MonitorEvent } from '../../connection/events.js'
import { RTNLGRP, type rtnetlink } from '../../route/index.js'
import type { SocketFactory } from '../../socket/transport.js'
import { brief, kindWords } from '../brief.js'
import { now } from '../time.js'
import { Causes } from './causes.js'
import { changeTexts } from './change-text.js'
import { type Entry, lostEntry } from './entry.js'
import { dissectedEvent, eventEntry } from './message-entry.js'
import { OtherObjects } from './other-objects.js'

type RouteEvent = MonitorEvent<typeof rtnetlink.messages>
type RouteMessageName = string & keyof typeof rtnetlink.messages

/** An entry that waits until it is known if the kernel announces a change, or what an announcement has changed. */
interface Pending {
  /** Kind and key of the object. */
  readonly id: string
  entry: Entry
  /** The change, unless the kernel has announced it. */
  silent?: ObjectChange<CommonKind> | undefined
  /** True if the announcement has changed nothing so far: the cache may have to request the object. */
  isUnchanged?: boolean
}

/** Number of entries from which they no longer wait, if changes come faster than the cache can request objects. */
const MOST_PENDING = 10_000

const isObjectChange = (change: Change): change is ObjectChange =>
  change.type !== 'overrun' && change.type !== 'resynchronised'

const groupNames = new Map<number, RouteGroup>(
  Object.entries(RTNLGRP.values).map(([name, number]) => [number, name as RouteGroup]),
)

/** True for changes of the kinds that this cache holds. */
const isOfCommonKind = (change: ObjectChange): change is ObjectChange<CommonKind> => isCommon(change.type)

/** Neighbours of AF_BRIDGE are entries of a forwarding database, which the cache does not hold. */
const isFdb = (kind: CommonKind, family: number) => kind === 'neighbour' && family === AF.BRIDGE

const kindOfMessage = new Map(
  commonKinds.flatMap((kind) => ['NEW', 'DEL'].map((verb) => [`RTM_${verb}${kinds[kind].noun}`, kind] as const)),
)

/**
 * Follows NETLINK_ROUTE in one namespace, and reports each message and each silent change as an entry. It compares objects with
 * their state before, so that an entry contains only what changed.
 */
export class RouteChanges implements CacheObserver, Disposable {
  readonly groups: readonly RouteGroup[]
  readonly #report: (entry: Entry) => void
  readonly #connection: Connection<typeof rtnetlink.messages>
  /** Names of links, also of deleted ones: silent changes of their objects follow. */
  readonly #names = new Map<number, string>()
  readonly #causes = new Causes((index) => this.#names.get(index) ?? `#${index}`)
  readonly #pending: Pending[] = []
  /** Events that came before the present objects were known. */
  readonly #early: RouteEvent[] = []
  /** True if the event that is applied has changed an object. */
  #hasChanged = false
  #isReadingAnew = false
  readonly #others = new OtherObjects()
  /** Indexes of bridge ports that were announced since the cache was up to date. They are links, too. */
  readonly #portsAnnounced = new Set<number>()
  #cache: StateCache | undefined

  constructor(sockets: SocketFactory, groups: readonly number[], report: (entry: Entry) => void) {
    this.groups = groups.flatMap((number) => groupNames.get(number) ?? [])
    this.#report = report
    this.#connection = Connection.open({ socketFactory: sockets })
  }

  /** Begins. Resolves when the present objects are known. `ended` rejects with an error that ends it later. */
  async start(): Promise<{ readonly ended: Promise<void> }> {
    const asked = commonKinds.filter((kind) => kinds[kind].groups.some((group) => this.groups.includes(group)))
    const options = validateCacheOptions({ kinds: [...new Set<CommonKind>(['link', ...asked])] })
    const cache = await StateCache.startChecked(this.#connection, options, this)
    for (const { index, attrs } of cache.links.values()) this.#names.set(index, attrs.ifname ?? '')
    cache.listen((change) => this.#changed(change))
    this.#others.read(this.#connection, this.groups)
    this.#cache = cache
    for (const event of this.#early.splice(0)) this.#reportEvent(event, true)
    this.#reportPending()
    return { ended: cache.ended }
  }

  /** An event was applied: reports it, unless its change was reported. */
  applied(event: RouteEvent): void {
    const hasChanged = this.#hasChanged
    this.#hasChanged = false
    if (this.#cache === undefined) this.#early.push(event)
    else if (!hasChanged) this.#reportEvent(event, false)
  }

  /** Reports an event that has changed nothing. An early one may have added the object. */
  #reportEvent(event: RouteEvent, isEarly: boolean): void {
    if (event.type === 'overrun') return
    if (event.type === 'unreadable') {
      this.#add({
        id: '',
        entry: { time: now(), sign: '!', kind: 'unreadable', name: '', details: [event.error.message] },
      })
      return
    }
    const kind = kindOfMessage.get(event.type)
    const message = event.message as Objects[CommonKind]
    if (kind !== undefined && !this.#isAsked(kind, message.family)) return
    if (kind !== undefined && this.#isOne(kind, message) && !isFdb(kind, message.family))
      this.#announced(kind, message, event.type.startsWith('RTM_DEL'), isEarly)
    else this.#other(event)
  }

  /** Reports an event of an object that the cache does not hold. */
  #other(event: Exclude<RouteEvent, { readonly type: 'overrun' | 'unreadable' }>): void {
    const change = this.#others.apply(event)
    if (event.type === 'RTM_NEWLINK' && event.message.family === AF.BRIDGE)
      this.#portsAnnounced.add(event.message.index)
    this.#add({ id: '', entry: { ...eventEntry(event, (index) => this.#names.get(index)), ...change } })
  }

  settled(): void {
    this.#reportPending()
    this.#portsAnnounced.clear()
    this.#causes.reset()
  }

  close(): void {
    this.#cache?.close()
    this.#connection.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #isOne<K extends CommonKind>(kind: K, message: Objects[K]): boolean {
    return kinds[kind].isOne(message)
  }

  #noteOf(change: ObjectChange<CommonKind>): string {
    if (this.#isReadingAnew) return 'read anew'
    return `silent: ${this.#causes.of(change) ?? 'not announced'}`
  }

  /** Returns true if the operands name the group of an object. A cache also follows what its objects depend on. */
  #isAsked(kind: CommonKind, family: number): boolean {
    const { groups } = kinds[kind]
    const wanted = groups.filter(
      (group) => !/^IPV[46]_/.test(group) || group.startsWith(family === AF.INET6 ? 'IPV6' : 'IPV4'),
    )
    return wanted.some((group) => this.groups.includes(group))
  }

  /** The kernel has announced an object, and the cache has not changed. */
  #announced<K extends CommonKind>(kind: K, message: Objects[K], isDelete: boolean, isEarly: boolean): void {
    const key = kinds[kind].identity(message)
    const id = `${kind} ${key}`
    if (this.#confirm(id)) return
    const { name, details } = brief(kind, this.#convert(kind, message))
    const about = () =>
      dissectedEvent(`RTM_${isDelete ? 'DEL' : 'NEW'}${kinds[kind].noun}` as RouteMessageName, message)
    const entry = { time: now(), kind: kindWords[kind], name, about }
    const isHeld = !isEarly && this.#cache?.objectsOf(kind).has(key) === true
    if (isDelete) this.#add({ id, entry: { ...entry, sign: '–', details }, isUnchanged: true })
    else if (!isHeld) this.#add({ id, entry: { ...entry, sign: '+', details }, isUnchanged: true })
    else this.#add({ id, entry: { ...entry, sign: '=', details: kind === 'link' ? [] : details }, isUnchanged: true })
  }

  /** Marks a silent change as announced. Returns false if there is none. */
  #confirm(id: string): boolean {
    const waiting = this.#pending.find((each) => each.id === id && each.silent)
    if (waiting) waiting.silent = undefined
    return waiting !== undefined
  }

  #convert<K extends CommonKind>(kind: K, message: Objects[K]): NamedObjects[K] {
    return convert(kind, message, (index) => this.#names.get(index))
  }

  #changed(change: Change): void {
    if (!isObjectChange(change)) {
      if (change.type === 'resynchronised') this.settled()
      else this.#add({ id: '', entry: lostEntry() })
      this.#isReadingAnew = change.type === 'overrun'
      return
    }
    if (!isOfCommonKind(change)) return
    if (change.type === 'link') this.#learnName(change.after)
    this.#causes.learn(change)
    this.#hasChanged ||= !change.derived
    const object = change.after ?? change.before
    if (object === undefined || !this.#isAsked(change.type, object.family)) return
    const id = `${change.type} ${change.key}`
    if (!change.derived) {
      this.#add({ id, entry: this.#entryOf(this.#sinceAnnounced(id, change)) })
      return
    }
    const entry = this.#entryOf(change)
    if (this.#isOfPort(change, entry)) return
    const announced = this.#pending.find((each) => each.id === id && each.isUnchanged)
    if (!announced) this.#add({ id, entry, silent: change })
    else Object.assign(announced, { entry: { ...entry, time: announced.entry.time }, isUnchanged: false })
  }

  /** True for the change of a link that only repeats what the announcement of a bridge port contains. */
  #isOfPort({ type, key }: ObjectChange<CommonKind>, { sign, details }: Entry): boolean {
    if (type !== 'link' || sign !== '~' || !this.#portsAnnounced.has(Number(key))) return false
    return details.every((text) => text.startsWith('slaveData.'))
  }

  /**
   * Returns an announced change. If the cache has read a newer state before the announcement came, the change begins at the state
   * before that one, which is then not reported.
   */
  #sinceAnnounced(id: string, change: ObjectChange<CommonKind>): ObjectChange<CommonKind> {
    const early = this.#pending.findIndex((each) => each.id === id && each.silent)
    const [{ silent } = {}] = early === -1 ? [] : this.#pending.splice(early, 1)
    return silent ? ({ ...change, before: silent.before } as ObjectChange<CommonKind>) : change
  }

  #learnName(link: Objects['link'] | undefined): void {
    if (link?.attrs.ifname !== undefined) this.#names.set(link.index, link.attrs.ifname)
  }

  #entryOf<K extends CommonKind>({
    type,
    before,
    after,
  }: {
    type: K
    before: Objects[K] | undefined
    after: Objects[K] | undefined
  }): Entry {
    const [was, is] = [before, after].map((each) => each && this.#convert(type, each))
    const object = is ?? was
    const { name, details } = object === undefined ? { name: '', details: [] } : brief(type, object)
    const verb = after === undefined ? 'DEL' : 'NEW'
    const about = () =>
      [before, after].flatMap((each) =>
        each === undefined ? [] : dissectedEvent(`RTM_${verb}${kinds[type].noun}` as RouteMessageName, each),
      )
    const entry = { time: now(), kind: kindWords[type], name, about }
    if (was === undefined) return { ...entry, sign: '+', details }
    if (is === undefined) return { ...entry, sign: '–', details }
    const changes = changeTexts(type, was, is)
    return { ...entry, sign: changes.length === 0 ? '=' : '~', details: changes }
  }

  /** Reports an entry after those that wait. */
  #add(pending: Pending): void {
    const { entry, silent, isUnchanged } = pending
    if (this.#pending.length >= MOST_PENDING) this.#reportPending()
    if (!silent && !isUnchanged && this.#pending.length === 0) this.#report(entry)
    else this.#pending.push(pending)
  }

  #reportPending(): void {
    for (const { entry, silent } of this.#pending.splice(0))
      this.#report(silent ? { ...entry, note: this.#noteOf(silent) } : entry)
  }
}
