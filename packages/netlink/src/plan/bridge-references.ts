import type { Link } from '../api/link/types.js'
import { MDB, type MdbSetRequest } from '../route/index.js'
import { LinkStates } from './link-carrier.js'
import { refusedInMdb } from './mdb-addresses.js'
import type { PlannedLinks } from './planned-link.js'
import type { ObjectDraft, Planning } from './planning.js'

/**
 * Reports VLANs of links that will not belong to a bridge, VNIs of links that take none, and entries of multicast databases that their
 * bridge or port refuses: `br_vlan_rtm_process`, `vxlan_vnifilter_process`, `br_mdb_add`.
 */
export function reportBridgeObjects(planning: Planning, links: PlannedLinks, drafts: readonly ObjectDraft[]): void {
  const report = new BridgeReport(planning, links)
  for (const { object, verb, path, message } of drafts) {
    if (verb === 'remove') continue
    const { ifindex } = message as { readonly ifindex: number }
    if (object === 'vlan') report.vlan(path, ifindex)
    else if (object === 'globalVlan') report.globalVlan(path, ifindex)
    else if (object === 'vni') report.vni(path, ifindex)
    else if (object === 'mdb') report.mdb(path, message as MdbSetRequest)
  }
}

class BridgeReport {
  readonly #states: LinkStates

  constructor(
    private readonly planning: Planning,
    private readonly links: PlannedLinks,
  ) {
    this.#states = new LinkStates(planning.snapshot, links)
  }

  vlan(path: string, index: number): void {
    const link = this.#link(index)
    if (link && link.kind !== 'bridge' && this.#masterOf(link)?.kind !== 'bridge')
      this.#conflict(`${path}.dev`, 'a bridge or a port of one', link)
  }

  globalVlan(path: string, index: number): void {
    const link = this.#link(index)
    if (link && link.kind !== 'bridge') this.#conflict(`${path}.dev`, 'a bridge', link)
  }

  vni(path: string, index: number): void {
    const link = this.#link(index)
    if (link && (link.kind !== 'vxlan' || !dataOf(link).vnifilter))
      this.#conflict(`${path}.dev`, 'a vxlan with vnifilter', link)
  }

  /** Reports an entry of a bridge or a vxlan. Vxlans have conditions of addresses only. */
  mdb(path: string, request: MdbSetRequest): void {
    const { ifindex, attrs } = request
    const { setEntry } = attrs
    for (const { key, message } of refusedInMdb(request, this.#link(ifindex)?.kind === 'bridge'))
      this.planning.conflict('refused', `${path}.${key}`, message)
    const bridge = this.#link(ifindex)
    const port = this.#link(setEntry?.ifindex ?? 0)
    if (bridge === undefined || port === undefined || bridge.kind === 'vxlan') return
    if (bridge.kind !== 'bridge') this.#conflict(`${path}.master`, 'a bridge', bridge)
    else if (port !== bridge && this.#masterOf(port) !== bridge)
      this.#conflict(`${path}.dev`, `a port of ${bridge.name}`, port)
    else if (!this.#states.isUp(ifindex)) this.#required(path, `${bridge.name} to be up`, 'a group')
    else if (isOff(this.#optionOf(bridge, 'mcastSnooping')))
      this.#required(path, `${bridge.name} to have mcastSnooping`, 'a group')
    else if (setEntry?.state === MDB.TEMPORARY && !this.#states.isUp(port.index))
      this.#required(path, `${port.name} to be up`, 'a temporary entry')
  }

  #link(index: number): Link | undefined {
    return this.planning.snapshot.indexed(index)
  }

  /** Returns the master that a link will have. */
  #masterOf({ name, master }: Link): Link | undefined {
    return this.#link(this.links.get(name)?.master ?? master ?? 0)
  }

  /** Returns an option that a link will have. */
  #optionOf(link: Link, key: string): unknown {
    const { data } = this.links.get(link.name)?.spec ?? {}
    return (data as Data | undefined)?.[key] ?? dataOf(link)[key]
  }

  #conflict(path: string, expected: string, { name }: Link): void {
    this.planning.conflict('reference', path, `expected ${expected}, got ${name}`)
  }

  #required(path: string, expected: string, noun: string): void {
    this.planning.conflict('reference', `${path}.dev`, `expected ${expected}, as the kernel requires for ${noun}`)
  }
}

const isOff = (option: unknown) => option === 0 || option === false

type Data = Readonly<Record<string, unknown>>

const dataOf = ({ data }: Link) => (data ?? {}) as Data
