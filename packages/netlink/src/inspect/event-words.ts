import type { DissectedMessage } from '../dissect/index.js'
import type { Names } from './names.js'
import { summary } from './summary/index.js'

const signs: Readonly<Record<string, string>> = { new: '+', delete: '–', set: '~', replace: '~', change: '~' }

/** `ifi_change` of the RTM_NEWLINK of a link that is new in its namespace: `rtnl_configure_link` in net/core/rtnetlink.c. */
const ALL_FLAGS = 0xff_ff_ff_ff

/** Number of links whose last event is remembered. */
const REMEMBERED = 4096

/** An event in words. */
export interface EventText {
  /** `+`, `–`, `~`, or the verb. */
  readonly sign: string
  readonly kind: string
  readonly name: string
  readonly details: readonly string[]
}

/** Describes events. A link that existed before has changed: only what differs from its last event is shown. */
export class EventWords {
  readonly #names: Names
  /** Details of the last event of each link, by its index. */
  readonly #links = new Map<number, readonly string[]>()

  constructor(names: Names) {
    this.#names = names
  }

  of(message: DissectedMessage): EventText {
    const { verb, kind, name, details } = summary(message, this.#names)
    const texts = details.map(({ text }) => text)
    // Sockets have one kind of event: they were destroyed.
    const sign = message.protocol === 'NETLINK_SOCK_DIAG' ? '–' : (signs[verb] ?? verb)
    const { index, change } = linkMembers(message)
    if (kind !== 'link' || index === undefined) return { sign, kind, name, details: texts }
    const last = this.#links.get(index)
    this.#links.delete(index)
    if (verb === 'delete') return { sign, kind, name, details: texts }
    this.#links.set(index, texts)
    if (this.#links.size > REMEMBERED) this.#links.delete(this.#links.keys().next().value as number)
    if (change === ALL_FLAGS) return { sign, kind, name, details: texts }
    const changed = last === undefined ? texts : texts.filter((text) => !last.includes(text))
    return { sign: '~', kind, name, details: changed.length > 0 ? changed : texts }
  }
}

function linkMembers({ protocol, type, value }: DissectedMessage): { index?: number; change?: unknown } {
  if (protocol !== 'NETLINK_ROUTE' || (type !== 'RTM_NEWLINK' && type !== 'RTM_DELLINK')) return {}
  if (typeof value !== 'object' || value === null || !('index' in value) || typeof value.index !== 'number') return {}
  return { index: value.index, change: 'change' in value ? value.change : undefined }
}
