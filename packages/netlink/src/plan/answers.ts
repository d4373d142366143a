import { linkReply } from '../api/link/decode.js'
import type { Link } from '../api/link/types.js'
import type { Operation, OperationRequest } from '../api/run/operation.js'
import { refusal } from '../api/run/selection.js'
import { AF } from '../codec/index.js'
import { BRIDGE_VLANDB_DUMPF, type BridgeVlanMessage, NTF, type QdiscMessage } from '../route/index.js'
import { type Dumps, type Grouped, keyOfLink, sum } from './dumps.js'
import type { LinkTable } from './link-table.js'

/** The members of requests that are answered. */
interface Query {
  readonly family?: number
  readonly index?: number
  readonly ifindex?: number
  readonly flags?: number
  readonly attrs?: Readonly<Record<string, unknown>>
}

/** Answers requests in place of the kernel, from its dumps and from what the plan has changed. */
export class Answers {
  readonly #links: LinkTable
  readonly #dumps: Dumps
  /** VLANs that links get from the plan. */
  readonly #predicted = new Map<number, BridgeVlanMessage>()
  #isPlanning = true
  /** Links whose master the plan changes, as they will be. */
  readonly #ports = new Map<number, Link>()
  /** Links that a step has changed: their VLANs and VNIs are read from the kernel. */
  readonly #changed = new Set<number>()
  /** Qdiscs that the kernel deletes with one that the plan replaces. */
  readonly #dropped = new Set<QdiscMessage>()

  constructor(links: LinkTable, dumps: Dumps) {
    this.#links = links
    this.#dumps = dumps
  }

  /** Sets the VLANs that a link will have when the plan has made it a bridge or a port. */
  predictVlans(message: BridgeVlanMessage): void {
    this.#predicted.set(message.ifindex, message)
  }

  /** Number of VLANs that links get from the plan. */
  get predictedVlans(): number {
    return sum('vlan', [...this.#predicted.values()])
  }

  /** Sets a link as it will be when the plan has changed its master. Objects other than links are planned for it. */
  predictPort(port: Link): void {
    this.#ports.set(port.index, port)
  }

  /** Ends the planning: the links have the masters that they have until the steps are done. */
  planned(): void {
    this.#isPlanning = false
    this.#ports.clear()
  }

  /** Notes that a step has changed a link. */
  linkChanged(index: number): void {
    this.#predicted.delete(index)
    this.#changed.add(index)
  }

  /** Forgets a qdisc that the kernel deletes with another one. */
  dropQdisc(message: QdiscMessage): void {
    this.#dropped.add(message)
  }

  isDropped(message: QdiscMessage): boolean {
    return this.#dropped.has(message)
  }

  /** Returns the qdiscs of a link, without those that the plan drops. */
  *qdiscs(ifindex: number): Operation<QdiscMessage[]> {
    if (this.#links.isVirtual(ifindex)) return []
    return (yield* this.#dumps.qdiscs()).of(ifindex).filter((each) => !this.isDropped(each))
  }

  /** Returns the answer to the most frequent requests, for links and for routes that have been dumped; undefined for others. */
  known(request: OperationRequest): unknown[] | undefined {
    if (request.name === 'RTM_GETLINK') return this.#link(request, request.value as Query)
    if (request.name !== 'RTM_GETROUTE' || request.kind !== 'dump') return undefined
    return this.#dumps.knownRoutes(request.value as Query)?.only(request.only)
  }

  *answer(request: OperationRequest): Operation<unknown[]> {
    const query = request.value as Query
    switch (request.name) {
      case 'RTM_GETADDR':
        return (yield* this.#addresses(request, query)) ?? (yield request)
      case 'RTM_GETROUTE':
        if (request.kind !== 'dump') break
        return yield* this.#routes(query, request.only)
      case 'RTM_GETRULE':
        return (yield* this.#dumps.rules(query.family ?? 0)).only(request.only)
      case 'RTM_GETNEXTHOP':
        return (yield* this.#nexthop(request, query)) ?? (yield request)
      case 'RTM_GETNEIGH':
        return (yield* this.#neighbour(request, query)) ?? (yield request)
      case 'RTM_GETVLAN':
        if (query.attrs?.flags === BRIDGE_VLANDB_DUMPF.GLOBAL)
          return (yield* this.#ofBridge(query.ifindex)) ?? (yield request)
        return (yield* this.#ofLink('vlan', query)) ?? (yield request)
      case 'RTM_GETTUNNEL':
        return (yield* this.#ofLink('vni', query)) ?? (yield request)
      case 'RTM_GETMDB':
        return [...(yield* this.#dumps.mdb()).all]
      case 'RTM_GETQDISC':
        if (query.ifindex === undefined) break
        return yield* this.qdiscs(query.ifindex)
    }
    return yield request
  }

  #link({ kind, name, reply }: OperationRequest, { index, attrs = {} }: Query): unknown[] {
    // Other declarations than that of `Link` are parts of the message.
    const answer = (link: Link) => (reply === linkReply ? link : link.message)
    if (kind === 'dump') return this.#links.links.map(answer)
    const { ifname, altIfname } = attrs as { readonly ifname?: string; readonly altIfname?: string }
    const link = index ? this.#links.indexed(index) : this.#links.named(ifname ?? altIfname ?? '')
    if (link === undefined) throw refusal({ request: name, code: 'ENODEV' })
    return [answer(this.#ports.get(link.index) ?? link)]
  }

  *#addresses(request: OperationRequest, { family = 0, index, attrs }: Query): Operation<unknown[] | undefined> {
    const local = request.kind === 'dump' ? request.only : attrs?.address
    if (family === 0 || index === undefined || local === undefined) return undefined
    const found = (yield* this.#dumps.addresses(family)).of(keyOfLink(index, local))
    if (found.length === 0 && request.kind !== 'dump') throw refusal({ request: request.name, code: 'EADDRNOTAVAIL' })
    return found
  }

  *#routes(query: Query, only: string | number | undefined): Operation<unknown[]> {
    const { oif } = query.attrs ?? {}
    if (typeof oif === 'number' && this.#links.isVirtual(oif)) return []
    return (yield* this.#dumps.routes(query, query.family)).only(only)
  }

  *#nexthop({ kind, name }: OperationRequest, { attrs = {} }: Query): Operation<unknown[] | undefined> {
    // Counters come from the kernel.
    if (kind === 'dump' || attrs.opFlags !== undefined) return undefined
    const found = (yield* this.#dumps.nexthops()).of(attrs.id)
    if (found.length === 0) throw refusal({ request: name, code: 'ENOENT' })
    return found
  }

  *#neighbour(request: OperationRequest, query: Query): Operation<unknown[] | undefined> {
    const { family = 0, ifindex, flags = 0, attrs = {} } = query
    const port = this.#ports.get(ifindex ?? 0)
    if (port !== undefined && (flags & NTF.MASTER) !== 0) {
      const { master = 0 } = port
      // The bridge that the link will be a port of has no entry of it yet, but may have one of another port.
      if (master === 0 || this.#links.isVirtual(master)) return this.#none(request)
      return yield { ...request, value: { family, ifindex: 0, flags: 0, attrs: { ...attrs, master } } }
    }
    if (this.#links.isVirtual(ifindex)) return this.#none(request)
    if (request.kind === 'dump' || family === AF.BRIDGE || (flags & NTF.PROXY) !== 0) return undefined
    const found = (yield* this.#dumps.neighbours(family)).of(keyOfLink(ifindex, attrs.dst))
    return found.length === 0 ? this.#none(request) : found
  }

  #none(request: OperationRequest): unknown[] {
    if (request.kind === 'dump') return []
    throw refusal({ request: request.name, code: 'ENOENT' })
  }

  /** Returns the options of a bridge's VLANs; undefined if the kernel must be asked: while steps are done, each may have added VLANs. */
  *#ofBridge(ifindex: number | undefined): Operation<unknown[] | undefined> {
    if (!this.#isPlanning || ifindex === undefined) return undefined
    const all = yield* this.#dumps.globalVlans()
    return this.#links.isVirtual(ifindex) ? [] : all.of(ifindex)
  }

  /** Returns the messages of a dump that are of one link; undefined if the kernel must be asked. */
  *#ofLink(kind: 'vlan' | 'vni', { ifindex = 0 }: Query): Operation<unknown[] | undefined> {
    if (ifindex === 0 || this.#changed.has(ifindex)) return undefined
    // Also for a link that does not exist yet: a kernel without these objects refuses the dump.
    const all: Grouped<unknown> = kind === 'vlan' ? yield* this.#dumps.vlans() : yield* this.#dumps.vnis()
    const predicted = kind === 'vlan' ? this.#predicted.get(ifindex) : undefined
    if (predicted !== undefined) return [predicted]
    return this.#links.isVirtual(ifindex) ? [] : all.of(ifindex)
  }
}
