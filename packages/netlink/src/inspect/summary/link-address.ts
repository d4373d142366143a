import { formatIPv4, formatIPv6 } from '../../codec/address-text.js'
import { Buffer } from '../../codec/buffer.js'

/** Returns the address of a link as `ip` prints it: that of a tunnel, which has the size of an IP address, is one. */
export function linkAddress(address: string): string {
  const bytes = Buffer.from(address.replaceAll(':', ''), 'hex')
  if (address.length === 3 * 4 - 1) return formatIPv4(bytes, 0)
  return address.length === 3 * 16 - 1 ? formatIPv6(bytes, 0) : address
}
