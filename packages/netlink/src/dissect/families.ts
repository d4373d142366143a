import { AF, nameOf } from '../codec/index.js'
import { NETLINK } from '../message/index.js'
import { NFPROTO } from '../netfilter/index.js'
import { RTNL_FAMILY } from '../route/index.js'

/** The name of the family in the first byte of a message of `protocol`, for those that have one there. */
export function addressFamily(protocol: number, family: number | undefined): string | undefined {
  if (family === undefined) return undefined
  switch (protocol) {
    case NETLINK.ROUTE:
      return nameOf(family >= 128 ? RTNL_FAMILY : AF, family)
    case NETLINK.SOCK_DIAG:
      return nameOf(AF, family)
    case NETLINK.NETFILTER:
      return nameOf(NFPROTO, family)
    default:
      return undefined
  }
}

/** The family that a message of NETLINK_XFRM has among its header's members, its selector's or its state's. */
export function familyInside(protocol: number, value: unknown): string | undefined {
  if (protocol !== NETLINK.XFRM || typeof value !== 'object' || value === null) return undefined
  const { family, sel, info } = value as Partial<Record<'sel' | 'info', { family?: number }>> & { family?: number }
  const number = family ?? sel?.family ?? info?.family
  return number === undefined ? undefined : nameOf(AF, number)
}
