import { type NexthopMessage, nexthopMessage } from '../../route/index.js'
import type { Comparison } from '../values/compare.js'
import { normalize } from '../values/normalize.js'
import { toNexthop } from './decode.js'
import type { NewNexthop, Nexthop } from './types.js'

/** Returns the members of a group in the order of their IDs: their order has no meaning. */
const sorted = (group: Nexthop['group']) => group && [...group].sort((one, other) => one.id - other.id)

/** Options that are compared as they are. `request` has them in the kernel's form. */
const compared = ['via', 'dev', 'blackhole', 'fdb', 'groupType', 'encap', 'hwStats', 'protocol'] as const

/** Compares a spec with the next hop that has the same ID. `request` is the message of the spec. */
export function compareNexthop(spec: NewNexthop, request: NexthopMessage, found: NexthopMessage): Comparison[] {
  const [wanted, actual] = [toNexthop(normalize(nexthopMessage, request)), toNexthop(found)]
  return [
    ...compared.map((key) => ({
      ...{ key, wanted: spec[key] === undefined ? undefined : wanted[key], actual: actual[key] },
      // The kernel reports neither a `blackhole` nor an `fdb` that is false.
      ...((spec[key] === false || spec[key] === 0) && { matches: !actual[key] }),
    })),
    { key: 'family', wanted: spec.group === undefined ? spec.family : undefined, actual: actual.family },
    { key: 'group', wanted: spec.group && sorted(wanted.group), actual: sorted(actual.group) },
    { key: 'resilient', wanted: request.attrs.resGroup, actual: actual.resilient },
    {
      ...{ key: 'flags', wanted: spec.flags, actual: actual.flags },
      matches: (found.flags & request.flags) === request.flags,
    },
  ]
}
