import type { Link } from '../api/link/types.js'
import { type LinkRef, linkKey } from '../api/values/link-ref.js'

/** Indexes of links that a plan creates: the kernel counts from 1. */
const FIRST_VIRTUAL = 0x7fff0000

/** The links that a plan deals with. Those that it creates have an index of their own, so that other objects can refer to them. */
export class LinkTable {
  readonly #byIndex = new Map<number, Link>()
  readonly #byName = new Map<string, Link>()
  #nextVirtual = FIRST_VIRTUAL

  /** All links, those that the plan creates too. */
  get links(): readonly Link[] {
    return [...this.#byIndex.values()]
  }

  /** Returns a link by its name or one of its alternative names. */
  named(name: string): Link | undefined {
    return this.#byName.get(name)
  }

  indexed(index: number): Link | undefined {
    return this.#byIndex.get(index)
  }

  /** Returns the link that an option refers to. */
  find(ref: LinkRef | 0 | undefined): Link | undefined {
    if (ref === undefined || ref === 0) return undefined
    const { index, attrs } = linkKey('link', ref)
    return index === undefined ? this.named(attrs?.ifname ?? attrs?.altIfname ?? '') : this.indexed(index)
  }

  /** Returns a new index for a link that the plan creates. */
  virtualIndex(): number {
    return this.#nextVirtual++
  }

  isVirtual(index: number | undefined): boolean {
    return index !== undefined && index >= FIRST_VIRTUAL && index < this.#nextVirtual
  }

  /** Adds a link, or replaces the one with its name. */
  add(link: Link): void {
    const previous = this.#byName.get(link.name)
    if (previous !== undefined) this.drop(previous)
    this.#byIndex.set(link.index, link)
    for (const name of [link.name, ...link.altNames]) this.#byName.set(name, link)
  }

  /** Forgets a link that the plan removes. */
  drop(link: Link): void {
    this.#byIndex.delete(link.index)
    for (const name of [link.name, ...link.altNames]) this.#byName.delete(name)
  }
}
