import { ipAddress } from './address.js'
import type { AttributeRow, SelectOuter } from './attribute-table.js'
import type { AttributeSet } from './attributes.js'
import type { Declaration } from './codec.js'
import { EncodeError, show } from './error.js'
import { constants } from './names.js'
import { own } from './own.js'

/** AF_*, linux/socket.h: address families. */
export const AF = constants('AF', {
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

/** True for the declaration of an IP address, and for a `selectOuter` whose default is an IP address. */
const isAddress = (declaration: Declaration<unknown>) =>
  declaration === ipAddress || (declaration as Partial<SelectOuter>).otherwise === ipAddress

/**
 * Returns a check that the addresses in a request belong to the family in its header. Without it, the kernel would take the
 * first four bytes of an IPv6 address for an IPv4 address (`nla_get_in_addr`).
 */
export function addressesOfFamily({ table, nameOf }: AttributeSet): (request: unknown) => void {
  const keys = Object.keys(table).filter((key) => isAddress((table[key] as AttributeRow)[1]))
  return (request) => {
    const { family, attrs = {} } = (request ?? {}) as { family?: number; attrs?: Record<string, unknown> }
    if (family !== AF.INET && family !== AF.INET6) return
    for (const key of keys) {
      const address = attrs && own(attrs, key)
      if (typeof address !== 'string' || isOf(address, family)) continue
      const wanted = family === AF.INET ? 'an IPv4' : 'an IPv6'
      const reason = `expected ${wanted} address, as family is ${family}, got ${show(address)}`
      throw new EncodeError(reason, [nameOf((table[key] as AttributeRow)[0])])
    }
  }
}

/** Compares encoded lengths, because an address in hexadecimal text can belong to either family. */
function isOf(address: string, family: number): boolean {
  if (!address.startsWith('0x')) return address.includes(':') === (family === AF.INET6)
  return address.length === (family === AF.INET6 ? '0x'.length + 32 : '0x'.length + 8)
}
