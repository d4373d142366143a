import { type NeighbourMessage, NTF, NTF_EXT, NUD, neighbourMessage } from '../../route/index.js'
import type { Comparison } from '../values/compare.js'
import { normalize } from '../values/normalize.js'
import { NTF_EXT_SHIFT, toNeighbour } from './decode.js'
import type { FdbDatabase } from './fdb.js'
import { completed } from './fdb-lookup.js'
import type { NewNeighbour } from './types.js'

/** States that the kernel changes by itself, from one to another. */
const DYNAMIC = NUD.REACHABLE | NUD.STALE | NUD.DELAY | NUD.PROBE

/** True if two states are equal, or are both among those that the kernel changes by itself. */
const isSameState = (wanted: number, actual: number) =>
  wanted === actual || ((wanted & DYNAMIC) !== 0 && (actual & DYNAMIC) !== 0)

/** Flags that the kernel keeps. */
const KEPT = NTF.EXT_LEARNED | NTF.STICKY | NTF.ROUTER | (NTF_EXT.MANAGED << NTF_EXT_SHIFT)

const flagsOf = ({ flags, attrs }: NeighbourMessage) => flags | ((attrs.flagsExt ?? 0) << NTF_EXT_SHIFT)

/** Compares state and flags. A spec without `state` means the one that `add` would set. */
function compareCommon(spec: NewNeighbour, request: NeighbourMessage, found: NeighbourMessage): Comparison[] {
  const [wanted, actual] = [toNeighbour(request), toNeighbour(found)]
  const flags = flagsOf(request) & KEPT
  return [
    {
      ...{ key: 'state', wanted: wanted.state, actual: actual.state },
      matches: request.state === 0 || isSameState(request.state, found.state),
    },
    { key: 'flags', wanted: spec.flags, actual: actual.flags, matches: (flagsOf(found) & flags) === flags },
  ]
}

/**
 * True if the message of a spec shows that a neighbour has all its properties. False says nothing: {@link compareNeighbour} knows
 * more.
 */
export function isClearlySame(request: NeighbourMessage, found: NeighbourMessage): boolean {
  const { lladdr, protocol } = request.attrs
  const flags = flagsOf(request) & KEPT
  return (
    (lladdr === undefined || lladdr === found.attrs.lladdr) &&
    (protocol === undefined || protocol === found.attrs.protocol) &&
    ((request.flags & NTF.PROXY) !== 0 || request.state === found.state) &&
    (flagsOf(found) & flags) === flags
  )
}

/** Compares a spec with the neighbour that has the same link and address. `request` is the message of the spec. */
export function compareNeighbour(spec: NewNeighbour, request: NeighbourMessage, found: NeighbourMessage): Comparison[] {
  const { attrs } = normalize(neighbourMessage, request)
  const common = compareCommon(spec, request, found)
  // A proxy has no state.
  return [
    { key: 'lladdr', wanted: attrs.lladdr, actual: found.attrs.lladdr },
    { key: 'protocol', wanted: attrs.protocol, actual: found.attrs.protocol ?? 0 },
    ...((request.flags & NTF.PROXY) === 0 ? common : common.filter(({ key }) => key !== 'state')),
  ]
}

/** The options of an FDB entry that are attributes, with the attribute. */
const tunnelOptions = { dst: 'dst', port: 'port', vni: 'vni', via: 'ifindex', nexthop: 'nhId' } as const

/** Compares a spec with the FDB entry that has the same address. */
export function compareFdb(
  spec: NewNeighbour,
  request: NeighbourMessage,
  database: FdbDatabase,
  found: NeighbourMessage,
): Comparison[] {
  const wanted = normalize(neighbourMessage, request).attrs
  const actual = completed(found, database) as NeighbourMessage['attrs']
  return [
    ...(database.kind === 'bridge' ? [{ key: 'dev', wanted: request.ifindex, actual: found.ifindex }] : []),
    ...Object.entries(tunnelOptions).map(([key, attribute]) => ({
      ...{ key, wanted: wanted[attribute], actual: actual[attribute] },
    })),
    {
      ...{ key: 'activityNotify', wanted: spec.activityNotify },
      actual: found.attrs.fdbExtAttrs?.activityNotify ?? 0,
    },
    ...compareCommon(spec, request, found),
  ]
}
