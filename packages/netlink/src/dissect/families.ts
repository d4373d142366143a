import { AF, nameOf } from '../codec/index.js'
import { NETLINK } from '../message/index.js'
import { NFPROTO } from '../netfilter/index.js'
import { RTNL_FAMILY } from '../route/index.js'

/** Returns the name of the address family in the first byte of a message, if messages of this protocol have one there. */
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

/** Returns the name of the address family of an IPsec message (NETLINK_XFRM), from its header, its selector or its state. */
export function familyInside(protocol: number, value: unknown): string | undefined {
  if (protocol !== NETLINK.XFRM || typeof value !== 'object' || value === null) return undefined
  const { family, sel, info } = value as Partial<Record<'sel' | 'info', { family?: number }>> & { family?: number }
  const number = family ?? sel?.family ?? info?.family
  return number === undefined ? undefined : nameOf(AF, number)
}
