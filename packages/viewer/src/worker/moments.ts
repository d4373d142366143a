import dagre from '@dagrejs/dagre'
import {
  changeBy,
  MomentObjects,
  momentTables,
  relativeTime,
  topology,
  topologySvg,
  topologyText,
} from '@netloom/netlink/inspect'
import type { Moment } from '../protocol.js'
import type { CaptureIndex } from './capture-index.js'
import { Numbers } from './growing.js'

/** Number of moments between two kept copies of the state. */
const BETWEEN_COPIES = 500

/** Most links of a drawing: its layout takes time that grows with their square. */
const MOST_LINKS = 400

/** Most rows of a table. */
const MOST_ROWS = 2000

/** The state of a capture's objects after each datagram that changes one. */
export class Moments {
  readonly #index: CaptureIndex
  /** Indexes of the datagrams that change an object. */
  readonly #datagrams = new Numbers()
  /** Numbers of the last messages of these datagrams. */
  readonly #messages = new Numbers()
  readonly #copies: MomentObjects[] = []
  #current = { next: 0, objects: new MomentObjects() }

  constructor(index: CaptureIndex) {
    this.#index = index
  }

  get count(): number {
    return this.#datagrams.length
  }

  /** Adds the last datagram of the index. */
  add(): void {
    const at = this.#index.datagrams.length - 1
    const datagram = this.#index.datagrams[at]
    if (datagram?.protocol !== 'NETLINK_ROUTE' || datagram.toKernel) return
    const last = this.#index.messageCount
    if (this.#changes(datagram.messages.length, last).next().done) return
    this.#datagrams.push(at)
    this.#messages.push(last)
  }

  /** Yields the messages that change an object when the last messages of a datagram arrive. */
  *#changes(count: number, last: number) {
    for (let number = last - count + 1; number <= last; number++) {
      const assigned = this.#index.assigned(number)
      const change = assigned && changeBy(assigned)
      if (change) yield change
    }
  }

  /** Returns the state after a moment, which counts from 0. */
  at(index: number): Moment {
    const moment = Math.max(0, Math.min(index, this.count - 1))
    const objects = this.#objectsAfter(moment)
    const { names } = this.#index
    names.at = this.#messages.at(moment)
    const drawn = topology([objects.namespace('links')])
    const links = drawn.namespaces[0]?.links.length ?? 0
    const remark =
      links === 0
        ? 'The capture has reported no links until this moment. A dump of links, as of “ip link show”, reports all.'
        : links > MOST_LINKS
          ? `Expected at most ${MOST_LINKS} links for a drawing, got ${links}. The tables contain them all.`
          : undefined
    const time = this.#index.datagrams[this.#datagrams.at(moment)]?.time ?? 0n
    return {
      message: this.#messages.at(moment),
      time: relativeTime(time - (this.#index.datagrams[0]?.time ?? 0n)),
      ...(remark === undefined ? { svg: topologySvg(drawn, dagre) } : { remark }),
      text: topologyText(drawn),
      tables: momentTables(objects, names, MOST_ROWS),
    }
  }

  /** Returns the objects after a moment: those of a kept copy, with the messages since then. */
  #objectsAfter(moment: number): MomentObjects {
    const kept = Math.min(Math.floor((moment + 1) / BETWEEN_COPIES), this.#copies.length)
    if (this.#current.next > moment + 1 || this.#current.next < kept * BETWEEN_COPIES) {
      const copy = this.#copies[kept - 1]
      this.#current = { next: kept * BETWEEN_COPIES, objects: copy?.copy() ?? new MomentObjects() }
    }
    const { objects } = this.#current
    for (let next = this.#current.next; next <= moment; next++) {
      const { length = 0 } = this.#index.datagrams[this.#datagrams.at(next)]?.messages ?? []
      for (const message of this.#changes(length, this.#messages.at(next))) objects.apply(message)
      this.#current.next = next + 1
      if (this.#current.next === (this.#copies.length + 1) * BETWEEN_COPIES) this.#copies.push(objects.copy())
    }
    return objects
  }
}
