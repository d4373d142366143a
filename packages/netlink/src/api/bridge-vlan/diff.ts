import { BR_STATE, type BridgeVlanMessage, MDB_RTR_TYPE } from '../../route/index.js'
import type { Comparison } from '../values/compare.js'
import { gaps, type IdRange, rangesText, sameOrAll } from '../values/id-ranges.js'
import { named } from '../values/names.js'
import { toBridgeVlan, type VlanEntry } from './decode.js'
import { entryOf, vlanOptions } from './encode.js'
import { rangeOfEntry } from './read.js'
import type { BridgeVlan, NewBridgeVlan } from './types.js'

/** The options whose values a VLAN has as members. */
const compared = ['pvid', 'untagged', ...vlanOptions] as const

/** Returns the value of an option in the form that is read. */
function wantedOf(key: (typeof compared)[number], spec: NewBridgeVlan, range: IdRange): unknown {
  const { state, mcastRouter } = entryOf(spec, range)
  if (key === 'state') return state === undefined ? undefined : named(BR_STATE, state)
  if (key === 'mcastRouter') return mcastRouter === undefined ? undefined : named(MDB_RTR_TYPE, mcastRouter)
  return spec[key]
}

/** Returns the value of an option; for a tunnel, that of the first VLAN of the spec. */
function actualOf(key: (typeof compared)[number], vlan: BridgeVlan, { from }: IdRange): unknown {
  if (key !== 'tunnelId') return vlan[key]
  return vlan.tunnelId === undefined ? 0 : vlan.tunnelId - vlan.vid + from
}

/** Compares a spec with the VLANs of its range that exist. */
export function compareVlans(spec: NewBridgeVlan, range: IdRange, found: BridgeVlanMessage): Comparison[] {
  const entries: readonly VlanEntry[] = found.attrs.entry ?? []
  const vlans = entries.map((entry) => toBridgeVlan(found, entry))
  const present = entries.map(rangeOfEntry)
  return [
    {
      ...{ key: 'vid', wanted: rangesText([range]), actual: rangesText(present) },
      matches: gaps(range, present).length === 0,
    },
    ...compared.map((key) => {
      const wanted = wantedOf(key, spec, range)
      const values = vlans.map((vlan) => actualOf(key, vlan, range))
      return {
        ...{ key, wanted, actual: sameOrAll(values) },
        matches: wanted === undefined || values.every((value) => value === wanted),
      }
    }),
  ]
}
