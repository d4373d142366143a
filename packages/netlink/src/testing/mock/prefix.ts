import { AF, formatAddress, parseAddress } from '../../codec/index.js'

/** How many bits an address of a family has. */
export const bitsOf = (family: number) => (family === AF.INET6 ? 128 : 32)

/** Any address of a family: `0.0.0.0`, `::`. */
export const anyAddress = (family: number) => (family === AF.INET6 ? '::' : '0.0.0.0')

/** An address with all bits behind the prefix cleared. */
export function networkOf(address: string, length: number): string {
  const bytes = Buffer.from(parseAddress(address))
  for (let at = 0; at < bytes.length; at++) bytes[at] = (bytes[at] ?? 0) & maskByte(length, at)
  return formatAddress(bytes)
}

/** An address with all bits behind the prefix set. */
export function broadcastOf(address: string, length: number): string {
  const bytes = Buffer.from(parseAddress(address))
  for (let at = 0; at < bytes.length; at++) bytes[at] = (bytes[at] ?? 0) | (~maskByte(length, at) & 0xff)
  return formatAddress(bytes)
}

/** Whether an address is in a prefix. */
export const isWithin = (address: string, network: string, length: number) =>
  networkOf(address, length) === networkOf(network, length)

/** The byte at `at` of a netmask. */
function maskByte(length: number, at: number): number {
  const bits = Math.min(8, Math.max(0, length - at * 8))
  return (0xff << (8 - bits)) & 0xff
}

/** The order of addresses as numbers. */
export const compareAddresses = (one: string, other: string) => Buffer.compare(parseAddress(one), parseAddress(other))

/** fe80:: and what follows of a MAC address (`addrconf_ifid_eui48`). */
export function linkLocalOf(mac: string): string {
  const bytes = mac.split(':').map((pair) => Number.parseInt(pair, 16))
  const [first = 0, second = 0, third = 0, ...rest] = bytes
  const id = Buffer.from([first ^ 0x02, second, third, 0xff, 0xfe, ...rest])
  return formatAddress(Buffer.concat([Buffer.from([0xfe, 0x80, 0, 0, 0, 0, 0, 0]), id]))
}
