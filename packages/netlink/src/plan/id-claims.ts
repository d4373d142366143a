import { rangeOfGlobalEntry } from '../api/bridge-global-vlan/encode.js'
import { entriesIn } from '../api/bridge-mdb/decode.js'
import { type IdRange, within } from '../api/values/id-ranges.js'
import { BRIDGE_VLAN_INFO, type BridgeVlanMessage, type MdbMessage, type TunnelMessage } from '../route/index.js'
import type { PlannedObject } from './types.js'

interface Claim {
  readonly range: IdRange
  readonly path: string
}

/** Returns the ranges of a message of VLANs or VNIs. */
export function rangesOf(object: PlannedObject, message: object): IdRange[] {
  if (object === 'vlan')
    return ((message as BridgeVlanMessage).attrs.entry ?? []).map(({ info, range }) => ({
      from: info?.vid ?? 0,
      to: range ?? info?.vid ?? 0,
    }))
  if (object === 'globalVlan') return ((message as BridgeVlanMessage).attrs.globalOptions ?? []).map(rangeOfGlobalEntry)
  if (object === 'vni')
    return ((message as TunnelMessage).attrs.entry ?? []).map(({ start = 0, end = start }) => ({
      from: start,
      to: end,
    }))
  return []
}

/** True for objects that a message has in ranges. */
const isOfIds = (object: PlannedObject) => object === 'vlan' || object === 'globalVlan' || object === 'vni'

/** Returns the number of objects that a message contains: several VLANs, VNIs and entries of multicast databases are in one. */
export function sizeOf(object: PlannedObject, message: object): number {
  if (object === 'mdb') return entriesIn(message as MdbMessage).length
  if (!isOfIds(object)) return 1
  return rangesOf(object, message).reduce((sum, { from, to }) => sum + to - from + 1, 0)
}

/** The VLANs and VNIs that specs of a desired state name. Two specs must not name the same ones. */
export class IdClaims {
  readonly #claims = new Map<string, Claim[]>()

  /** Adds the VLANs or VNIs of a spec's request. Returns the place of a spec that names one of them; undefined if there is none. */
  add(object: PlannedObject, message: object, path: string, isAbsent: boolean): string | undefined {
    if (!isOfIds(object)) return undefined
    const { ifindex } = message as { readonly ifindex?: number }
    for (const [key, range] of this.#keysOf(object, message, isAbsent)) {
      const name = `${object} ${ifindex} ${key}`
      const claims = this.#claims.get(name) ?? []
      const other = claims.find((claim) => within(claim.range, range) !== undefined)
      if (other !== undefined) return other.path
      claims.push({ range, path })
      this.#claims.set(name, claims)
    }
    return undefined
  }

  #keysOf(object: PlannedObject, message: object, isAbsent: boolean): (readonly [key: string, range: IdRange])[] {
    const ranges = rangesOf(object, message).map((range) => ['id', range] as const)
    if (object !== 'vlan' || isAbsent) return ranges
    const hasPvid = ((message as BridgeVlanMessage).attrs.entry ?? []).some(
      ({ info }) => ((info?.flags ?? 0) & BRIDGE_VLAN_INFO.PVID) !== 0,
    )
    return hasPvid ? [...ranges, ['pvid', { from: 0, to: 0 }]] : ranges
  }
}
