import { compile, encode, formatAddress, ipv4, lladdr, macaddr, parseAddress } from '@netloom/netlink/codec'
import { PacketError } from './error.js'

/** Returns the IP address of `size` bytes at `at` as text. */
export const addressText = (bytes: Uint8Array, at: number, size: 4 | 16): string =>
  // For these sizes it only indexes, which any Uint8Array allows.
  formatAddress(bytes as Buffer, at, at + size)

const hexPairs = compile(lladdr)

/** Returns bytes as hexadecimal pairs: `02:42:ac:11:00:02`. */
export const macText = (bytes: Uint8Array, at: number, length = 6): string =>
  hexPairs.decode(bytes as Buffer, at, at + length)

const attempt = <T>(what: string, text: unknown, parse: () => T): T => {
  try {
    return parse()
  } catch {
    const fault = { code: 'ERR_PACKET_BUILD', field: what, value: text, offset: -1 } as const
    throw new PacketError({ ...fault, expected: `an ${what} as text` })
  }
}

/** Returns the number of an IPv4 address, for the views: `10.0.0.1` is 0x0a000001. @throws {PacketError} if it is not one */
export const ipv4Number = (text: string): number =>
  attempt('IPv4 address', text, () => {
    const bytes = encode(ipv4, text)
    return bytes.readUInt32BE(0)
  })

/** Returns the bytes of an IPv4 or IPv6 address, for the views. @throws {PacketError} if it is not one */
export const ipBytes = (text: string): Uint8Array => attempt('IP address', text, () => parseAddress(text))

/** Returns the number of an Ethernet address, for the views and as a key of maps. @throws {PacketError} if it is not one */
export const macNumber = (text: string): number =>
  attempt('Ethernet address', text, () => {
    const bytes = encode(macaddr, text)
    return bytes.readUInt16BE(0) * 2 ** 32 + bytes.readUInt32BE(2)
  })
