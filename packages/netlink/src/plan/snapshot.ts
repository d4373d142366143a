import { linkReply } from '../api/link/decode.js'
import type { Link } from '../api/link/types.js'
import type { KnownObjects } from '../api/run/known.js'
import { dumpAs, type Operation, readAs } from '../api/run/operation.js'
import {
  type AddressMessage,
  type BridgeVlanMessage,
  type NeighbourMessage,
  type NexthopMessage,
  type QdiscMessage,
  type RouteMessage,
  RTEXT_FILTER,
  type RuleMessage,
} from '../route/index.js'
import { Answers } from './answers.js'
import { Dumps } from './dumps.js'
import { LinkTable } from './link-table.js'
import type { PlannedObject } from './types.js'

/**
 * The kernel's objects at one time. It answers the requests of operations: each kind of object is dumped when it is first needed.
 */
export class Snapshot extends LinkTable {
  readonly #dumps = new Dumps()
  readonly #answers = new Answers(this, this.#dumps)
  /** The objects that were read, for operations that need no request. */
  readonly known: KnownObjects = this.#dumps.known(this)
  /** The parts of links that are read. */
  #extMask: number = RTEXT_FILTER.SKIP_STATS

  /** Sets the VLANs that a link will have when the plan has made it a bridge or a port. */
  predictVlans(message: BridgeVlanMessage): void {
    this.#answers.predictVlans(message)
  }

  /** Sets a link as it will be when the plan has changed its master: {@link Answers.predictPort}. */
  predictPort(port: Link): void {
    this.#answers.predictPort(port)
  }

  /** Ends the planning: {@link Answers.planned}. */
  planned(): void {
    this.#answers.planned()
  }

  /** Requests all links, with the settings of virtual functions if `vfs` is true. Must be called first. */
  *loadLinks(vfs: boolean): Operation<void> {
    if (vfs) this.#extMask |= RTEXT_FILTER.VF
    const attrs = { extMask: this.#extMask }
    for (const link of yield* dumpAs(linkReply, 'RTM_GETLINK', { attrs })) this.add(link)
  }

  /** Requests a link again, after a step has changed it. */
  *refresh(name: string): Operation<void> {
    const previous = this.named(name)
    if (previous !== undefined) this.drop(previous)
    try {
      const [link] = yield* readAs(linkReply, 'RTM_GETLINK', {
        attrs: { ifname: name, extMask: this.#extMask },
      })
      if (link) {
        this.add(link)
        this.#answers.linkChanged(link.index)
      }
    } catch {
      // It was deleted. The operation that needs it reports that.
    }
  }

  /** Runs an operation. Its reads are answered from the snapshot, its changes are sent. */
  *through<T>(operation: Operation<T>): Operation<T> {
    let next = operation.next()
    while (!next.done) {
      let replies: unknown[]
      try {
        const isRead = next.value.kind === 'read' || next.value.kind === 'dump'
        replies = isRead
          ? (this.#answers.known(next.value) ?? (yield* this.#answers.answer(next.value)))
          : yield next.value
      } catch (error) {
        next = operation.throw(error)
        continue
      }
      next = operation.next(replies)
    }
    return next.value
  }

  /** Returns the number of objects of some kinds that were read. */
  count(kinds: ReadonlySet<PlannedObject>): number {
    const links = kinds.has('link') ? this.links.filter(({ index }) => !this.isVirtual(index)).length : 0
    return links + this.#dumps.count(kinds) + (kinds.has('vlan') ? this.#answers.predictedVlans : 0)
  }

  /** Forgets a qdisc that the kernel deletes with another one. */
  dropQdisc(message: QdiscMessage): void {
    this.#answers.dropQdisc(message)
  }

  isDropped(message: QdiscMessage): boolean {
    return this.#answers.isDropped(message)
  }

  /** Returns the qdiscs of a link, without those that the plan drops. */
  qdiscs(ifindex: number): Operation<QdiscMessage[]> {
    return this.#answers.qdiscs(ifindex)
  }

  *addresses(family: number): Operation<readonly AddressMessage[]> {
    return (yield* this.#dumps.addresses(family)).all
  }

  *routes(family: number): Operation<readonly RouteMessage[]> {
    return (yield* this.#dumps.routes({ family })).all
  }

  *neighbours(family: number): Operation<readonly NeighbourMessage[]> {
    return (yield* this.#dumps.neighbours(family)).all
  }

  *nexthops(): Operation<readonly NexthopMessage[]> {
    return (yield* this.#dumps.nexthops()).all
  }

  *rules(family: number): Operation<readonly RuleMessage[]> {
    return (yield* this.#dumps.rules(family)).all
  }
}
