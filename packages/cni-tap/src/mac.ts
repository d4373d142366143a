/**
 * The canonical text of an Ethernet address that an interface can have, undefined for any other text: six
 * hexadecimal bytes with colons between (a leading zero may be left out, as `ip` takes it), neither all zero nor
 * multicast, which `is_valid_ether_addr()` of the kernel refuses.
 */
export function parseMac(text: string): string | undefined {
  if (!/^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}$/.test(text)) return undefined
  const bytes = text.split(':').map((byte) => Number.parseInt(byte, 16))
  const isMulticast = ((bytes[0] ?? 0) & 1) === 1
  if (isMulticast || bytes.every((byte) => byte === 0)) return undefined
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}
