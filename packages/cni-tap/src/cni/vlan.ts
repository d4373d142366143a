import { int, list, type RecordOf, record } from './json.js'

const trunkKeys = { minID: int, maxID: int, id: int }

/** `vlanTrunk` of the bridge plugin: a list of VLAN IDs and ranges. */
export const vlanTrunk = list(record(trunkKeys))
type Trunk = readonly RecordOf<typeof trunkKeys>[]

/** Valid VLAN IDs of 802.1Q: 0 means no VLAN, 4095 is reserved. */
const vids = { min: 1, max: 4094 }

const isVid = (vid: number | undefined): vid is number => vid !== undefined && vid >= vids.min && vid <= vids.max

/** VLANs from `first` to `last`. */
export interface VlanRange {
  readonly first: number
  readonly last: number
}

/** Returns a description of what is wrong with a VLAN ID, or undefined. 0 means no VLAN. */
export const vlanProblem = (vlan: number) =>
  vlan === 0 || isVid(vlan) ? undefined : `expected a VLAN from ${vids.min} to ${vids.max}, or 0 for none`

/** Returns a description of what is wrong with a trunk, or undefined. */
export function trunkProblem(trunk: Trunk): string | undefined {
  const isWhole = trunk.every(({ id, minID, maxID }) => {
    const range = minID === undefined && maxID === undefined
    return (id !== undefined || !range) && (id === undefined || isVid(id)) && (range || isRange(minID, maxID))
  })
  return isWhole ? undefined : `expected id, or minID up to maxID, from ${vids.min} to ${vids.max}`
}

const isRange = (minID: number | undefined, maxID: number | undefined) => isVid(minID) && isVid(maxID) && minID <= maxID

/** Returns the VLANs of a trunk as ranges: sorted, without duplicates, as few as possible. */
export function rangesOf(trunk: Trunk): VlanRange[] {
  const given = trunk.flatMap(({ id, minID, maxID }) => [
    ...(id === undefined ? [] : [{ first: id, last: id }]),
    ...(minID === undefined || maxID === undefined ? [] : [{ first: minID, last: maxID }]),
  ])
  const ranges: VlanRange[] = []
  for (const range of given.sort((left, right) => left.first - right.first)) {
    const before = ranges.at(-1)
    if (before === undefined || range.first > before.last + 1) ranges.push(range)
    else ranges.splice(-1, 1, { first: before.first, last: Math.max(before.last, range.last) })
  }
  return ranges
}
