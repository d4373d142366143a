import { constants, nameOf } from '../codec/index.js'
import { NETLINK } from '../message/index.js'
import { NFPROTO } from '../netfilter/index.js'
import { RTNL_FAMILY } from '../route/index.js'

/** AF_*, linux/socket.h: those that a header of netlink may name */
const AF_ALL = constants('AF', {
  UNSPEC: 0,
  UNIX: 1,
  INET: 2,
  AX25: 3,
  IPX: 4,
  APPLETALK: 5,
  NETROM: 6,
  BRIDGE: 7,
  ATMPVC: 8,
  X25: 9,
  INET6: 10,
  ROSE: 11,
  DECnet: 12,
  NETBEUI: 13,
  SECURITY: 14,
  KEY: 15,
  NETLINK: 16,
  PACKET: 17,
  ECONET: 19,
  ATMSVC: 20,
  RDS: 21,
  IRDA: 23,
  PPPOX: 24,
  LLC: 26,
  IB: 27,
  MPLS: 28,
  CAN: 29,
  TIPC: 30,
  BLUETOOTH: 31,
  IUCV: 32,
  RXRPC: 33,
  ISDN: 34,
  PHONET: 35,
  IEEE802154: 36,
  CAIF: 37,
  ALG: 38,
  NFC: 39,
  VSOCK: 40,
  KCM: 41,
  QIPCRTR: 42,
  SMC: 43,
  XDP: 44,
  MCTP: 45,
})

/** The name of the family in the first byte of a message of `protocol`, for those that have one there. */
export function addressFamily(protocol: number, family: number | undefined): string | undefined {
  if (family === undefined) return undefined
  switch (protocol) {
    case NETLINK.ROUTE:
      return nameOf(family >= 128 ? RTNL_FAMILY : AF_ALL, family)
    case NETLINK.SOCK_DIAG:
      return nameOf(AF_ALL, family)
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
  return number === undefined ? undefined : nameOf(AF_ALL, number)
}
