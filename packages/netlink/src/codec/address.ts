import {
  formatHexPairs,
  formatIPv4,
  formatIPv6,
  hexPairsLength,
  parseHexPairs,
  parseIPv4,
  parseIPv6,
} from './address-text.js'
import { Buffer } from './buffer.js'
import { type Declaration, perOrder } from './codec.js'
import { EncodeError, show } from './error.js'
import { type Fixed, fixedCodec } from './fixed.js'
import { append, type Output, output, reserve, written } from './output.js'

/**
 * Returns an IP address as text: `10.0.0.1`, or `2001:db8::1` as in RFC 5952. If it has neither 4 nor 16 bytes, as in other
 * address families, returns `0x` and hexadecimal digits.
 */
export function formatAddress(bytes: Buffer, start = 0, end = bytes.length): string {
  if (end - start === 4) return formatIPv4(bytes, start)
  if (end - start === 16) return formatIPv6(bytes, start)
  return `0x${bytes.toString('hex', start, end)}`
}

const isIPv6 = (text: string) => text.includes(':')

function writeAddress(out: Output, text: string): void {
  if (typeof text === 'string') {
    const at = reserve(out, isIPv6(text) ? 16 : 4)
    if (isIPv6(text) ? parseIPv6(text, out.bytes, at) : parseIPv4(text, out.bytes, at)) return
  }
  throw new EncodeError(`expected an IPv4 or IPv6 address, got ${show(text)}`)
}

/** Parses an IPv4 or IPv6 address into its 4 or 16 bytes. @throws {EncodeError} if the text is not an address */
export function parseAddress(text: string): Buffer {
  const out = output(16)
  writeAddress(out, text)
  return written(out)
}

const isHex = (text: unknown) => typeof text === 'string' && text.startsWith('0x') && /^0x([0-9a-fA-F]{2})*$/.test(text)

/**
 * An IP address as text. The length of the payload determines the family. Encoding accepts every text that {@link
 * formatAddress} returns.
 */
export const ipAddress: Declaration<string> = {
  kind: 'text',
  name: 'IP address',
  textNotation: (text) => (text === '0x' ? '(empty)' : undefined),
  codec: perOrder(() => ({
    name: 'IP address',
    decode: formatAddress,
    encode: (out, value) => (isHex(value) ? append(out, Buffer.from(value.slice(2), 'hex')) : writeAddress(out, value)),
  })),
}

/** Declares an address of one family. It has a fixed size. */
function addressOf(name: string, size: 4 | 16): Fixed<string> {
  const [format, parse] = size === 4 ? [formatIPv4, parseIPv4] : [formatIPv6, parseIPv6]
  return {
    kind: 'text',
    name,
    size,
    layout: { type: 'bytes' },
    codec: perOrder(() =>
      fixedCodec<string>(name, size, {
        read: format,
        write(bytes, at, value) {
          if (typeof value !== 'string' || !parse(value, bytes, at)) {
            throw new EncodeError(`expected an ${name}, got ${show(value)}`)
          }
        },
      }),
    ),
  }
}

/** An IPv4 address. Can be used as a payload and as a member of a struct. */
export const ipv4: Fixed<string> = addressOf('IPv4 address', 4)

/** An IPv6 address. Can be used as a payload and as a member of a struct. */
export const ipv6: Fixed<string> = addressOf('IPv6 address', 16)

/** Returns the number of bytes of a link-layer address. @throws {EncodeError} if the text is not one */
function hexPairs(text: string): number {
  const length = typeof text === 'string' ? hexPairsLength(text) : -1
  if (length < 0) throw new EncodeError(`expected a link-layer address like 02:42:ac:11:00:02, got ${show(text)}`)
  return length
}

/** A link-layer address as text, `02:42:ac:11:00:02`. Six bytes on Ethernet; other links have 0 to 32. */
export const lladdr: Declaration<string> = {
  kind: 'text',
  name: 'link-layer address',
  codec: perOrder(() => ({
    name: 'link-layer address',
    decode: formatHexPairs,
    encode(out, value) {
      const at = reserve(out, hexPairs(value))
      parseHexPairs(value, out.bytes, at)
    },
  })),
}

const ETH_ALEN = 6

/** An Ethernet address as a member of a struct: always ETH_ALEN (6) bytes. */
export const macaddr: Fixed<string> = {
  kind: 'text',
  name: 'MAC address',
  size: ETH_ALEN,
  layout: { type: 'bytes' },
  codec: perOrder(() =>
    fixedCodec<string>('MAC address', ETH_ALEN, {
      read: (bytes, at) => formatHexPairs(bytes, at, at + ETH_ALEN),
      write(bytes, at, value) {
        const length = hexPairs(value)
        if (length !== ETH_ALEN) throw new EncodeError(`expected a MAC address (6 bytes), got ${show(value)}`)
        parseHexPairs(value, bytes, at)
      },
    }),
  ),
}
