/** Returns the bytes of hexadecimal text. White space and comments from `#` to the end of the line are ignored. */
export function hex(text: string): Uint8Array {
  const digits = text.replace(/#.*$/gm, '').replace(/\s+/g, '')
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new TypeError(`not hexadecimal: ${digits}`)
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** A TCP SYN in a frame with two VLAN tags. */
export const syn = hex(`
  020000000002 020000000001 88a8 6005 8100 0007 0800  # tags 5 with priority 3, and 7
  45 00 0040 abcd 4000 40 06 1ad0 c0000201 c0000202   # DF, TTL 64
  d204 0050 00000001 00000000 b0 02 faf0 c6e2 0000
  0204 05b4 01 03 03 07 01 01 08 0a 00000064 00000000 0402 0000
`)

/** An echo request over IPv6 with hop-by-hop options and a fragment header of a whole datagram. */
export const echo6 = hex(`
  333300000001 020000000001 86dd
  61234567 0020 00 ff fe80000000000000000000000000aaaa ff020000000000000000000000000001
  2c 00 0502 0000 0100
  3a 00 0000 00000077
  80 00 0000 0001 0002 6162636465666768
`)

/** A DNS query in a frame that is filled up with three bytes. */
export const query = hex(`
  020000000002 020000000001 0800
  45 00 0039 0000 0000 40 11 0000 c0000201 c0000202
  c000 0035 0025 0000
  002a 0100 0001 0000 0000 0000 07 6578616d706c65 03 636f6d 00 0001 0001
  aabbcc
`)
