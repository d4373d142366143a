import { ipAddress } from './address.js'
import type { AttributeSet } from './attributes.js'
import type { Declaration } from './codec.js'
import { EncodeError, show } from './error.js'
import { constants } from './names.js'
import { own } from './own.js'
import type { SelectOuter } from './rows.js'

/** AF_*, linux/socket.h: the families that netlink's headers speak of */
export const AF = constants('AF', {
  UNSPEC: 0,
  UNIX: 1,
  INET: 2,
  BRIDGE: 7,
  INET6: 10,
  NETLINK: 16,
  PACKET: 17,
  MPLS: 28,
  CAN: 29,
  PHONET: 35,
  MCTP: 45,
})

/** Addresses, or what is addresses where no other family is selected. */
const isAddress = (declaration: Declaration<unknown>) =>
  declaration === ipAddress || (declaration as Partial<SelectOuter>).otherwise === ipAddress

/**
 * Makes the check that the addresses of a request are of its header's family. The kernel itself would take the first
 * four bytes of an IPv6 address for an IPv4 one (`nla_get_in_addr`).
 */
export function addressesOfFamily({ table, nameOf }: AttributeSet): (request: unknown) => void {
  const rows = Object.entries(table).filter(([, [, declaration]]) => isAddress(declaration))
  return (request) => {
    const { family, attrs = {} } = (request ?? {}) as { family?: number; attrs?: Record<string, unknown> }
    if (family !== AF.INET && family !== AF.INET6) return
    const wanted = family === AF.INET ? 'an IPv4' : 'an IPv6'
    for (const [key, [type]] of rows) {
      const address = attrs && own(attrs, key)
      if (typeof address !== 'string' || isOf(address, family)) continue
      const reason = `expected ${wanted} address, as family is ${family}, got ${show(address)}`
      throw new EncodeError(reason, [nameOf(type)])
    }
  }
}

/** By the length on the wire, as text in hexadecimal may be of either family. */
function isOf(address: string, family: number): boolean {
  if (!address.startsWith('0x')) return address.includes(':') === (family === AF.INET6)
  return address.length === (family === AF.INET6 ? '0x'.length + 32 : '0x'.length + 8)
}
