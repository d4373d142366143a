import { AF } from '../codec/index.js'
import { NetlinkError } from '../message/index.js'

/**
 * The request that shows whether the kernel has MPLS. Without its module, a dump of its routes contains those of all families:
 * `rtnetlink_rcv_msg` then uses AF_UNSPEC. For RTM_GETNETCONF there is no such fallback. Each namespace has a link 1, its `lo`.
 */
export const mplsProbe = { family: AF.MPLS, attrs: { ifindex: 1 } } as const

/** True if an error of {@link mplsProbe} means that the kernel has no MPLS. Others come from its handler. @throws {unknown} other errors */
export function lacksMpls(error: unknown): boolean {
  if (error instanceof NetlinkError) return error.code === 'EOPNOTSUPP'
  throw error
}
