import { AF } from '../../../codec/index.js'
import { Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'

/** Common parts of the commands of `bridge`: messages of the family AF_BRIDGE, and those of VLANs, multicast groups and VNIs. */

export const isBridge = ({ value }: SaidRequest) => value.family === AF.BRIDGE

/** The words of `self` and `master`, which the flags of a request name. */
export const sides = (flags: number, self: number, master: number) => [
  ...((flags & self) === 0 ? [] : ['self']),
  ...((flags & master) === 0 ? [] : ['master']),
]

/** BRIDGE_VLAN_INFO_*, linux/if_bridge.h */
export const vlanInfo = { PVID: 2, UNTAGGED: 4, RANGE_BEGIN: 8, RANGE_END: 16, ONLY_OPTS: 64 }

/** Returns a range: `5`, `5-9`. */
export const range = (start: unknown, end: unknown) =>
  end === undefined || end === start ? String(start) : `${start}-${end}`

/** Returns the only element of a list. */
export const single = (list: unknown) => (Array.isArray(list) && list.length === 1 ? new Members(list[0]) : undefined)
