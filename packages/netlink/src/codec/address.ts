import { type Declaration, perOrder } from './codec.js'
import { EncodeError, show } from './error.js'
import { type Fixed, fixedCodec } from './fixed.js'
import { append } from './output.js'

/**
 * An IP address as text: `10.0.0.1`; `2001:db8::1`, as RFC 5952 writes it. Bytes of another length (other families have
 * them) read `0x` and hexadecimal digits.
 */
export function formatAddress(bytes: Buffer, start = 0, end = bytes.length): string {
  switch (end - start) {
    case 4:
      return `${bytes[start]}.${bytes[start + 1]}.${bytes[start + 2]}.${bytes[start + 3]}`
    case 16:
      return formatIPv6(bytes, start)
    default:
      return `0x${bytes.toString('hex', start, end)}`
  }
}

function formatIPv6(bytes: Buffer, start: number): string {
  // RFC 5952, section 5: an embedded IPv4 address is written as one where the prefix is known to hold one.
  if (
    bytes.readUInt32BE(start) === 0 &&
    bytes.readUInt32BE(start + 4) === 0 &&
    bytes.readUInt32BE(start + 8) === 0xffff
  ) {
    return `::ffff:${formatAddress(bytes, start + 12, start + 16)}`
  }
  const groups: number[] = []
  for (let at = start; at < start + 16; at += 2) groups.push(bytes.readUInt16BE(at))
  const [from, length] = longestZeroRun(groups)
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(':')
  return length < 2 ? hex(groups) : `${hex(groups.slice(0, from))}::${hex(groups.slice(from + length))}`
}

function longestZeroRun(groups: readonly number[]): [from: number, length: number] {
  let best: [number, number] = [0, 0]
  for (let from = 0; from < groups.length; from++) {
    let length = 0
    while (groups[from + length] === 0) length++
    if (length > best[1]) best = [from, length]
    from += length
  }
  return best
}

/**
 * The bytes of an IP address in text, 4 or 16 of them.
 * @throws {EncodeError} where it is none
 */
export function parseAddress(text: string): Buffer {
  const bytes = typeof text === 'string' ? (parseIPv4(text) ?? parseIPv6(text)) : undefined
  if (bytes === undefined) throw new EncodeError(`expected an IPv4 or IPv6 address, got ${show(text)}`)
  return Buffer.from(bytes)
}

function parseIPv4(text: string): number[] | undefined {
  const parts = text.split('.')
  // No leading zeros: some readers take them for octal.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256))
    return undefined
  return parts.map(Number)
}

function parseIPv6(text: string): number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const parts: number[][] = []
  for (const [index, half] of halves.entries()) {
    const bytes = parseGroups(half, index === halves.length - 1)
    if (bytes === undefined) return undefined
    parts.push(bytes)
  }
  const [head = [], tail] = parts
  if (tail === undefined) return head.length === 16 ? head : undefined
  const missing = 16 - head.length - tail.length
  return missing >= 2 ? [...head, ...new Array<number>(missing).fill(0), ...tail] : undefined
}

/** The bytes of `2001:db8:…`; at the very end of an address an IPv4 address may stand for two groups. */
function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === '') return []
  const groups = text.split(':')
  const bytes: number[] = []
  for (const [index, group] of groups.entries()) {
    const ipv4 = last && index === groups.length - 1 ? parseIPv4(group) : undefined
    if (ipv4) bytes.push(...ipv4)
    else if (/^[0-9a-fA-F]{1,4}$/.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff)
    else return undefined
  }
  return bytes
}

function parseHex(text: unknown): Buffer | undefined {
  return typeof text === 'string' && /^0x([0-9a-fA-F]{2})*$/.test(text) ? Buffer.from(text.slice(2), 'hex') : undefined
}

/** An IP address as text; its length on the wire tells the family. Both ways as {@link formatAddress} writes it. */
export const ipAddress: Declaration<string> = {
  name: 'IP address',
  codec: perOrder(() => ({
    name: 'IP address',
    decode: formatAddress,
    encode: (out, value) => append(out, parseHex(value) ?? parseAddress(value)),
  })),
}

/** An address of one family only, of fixed size. */
function addressOf(name: string, size: 4 | 16): Fixed<string> {
  return {
    name,
    size,
    layout: { type: 'bytes' },
    codec: perOrder(() =>
      fixedCodec<string>(name, size, {
        read: (bytes, at) => formatAddress(bytes, at, at + size),
        write(bytes, at, value) {
          const parsed = parseAddress(value)
          if (parsed.length !== size) throw new EncodeError(`expected an ${name}, got ${show(value)}`)
          bytes.set(parsed, at)
        },
      }),
    ),
  }
}

/** An IPv4 address, also inside a struct. */
export const ipv4: Fixed<string> = addressOf('IPv4 address', 4)

/** An IPv6 address, also inside a struct. */
export const ipv6: Fixed<string> = addressOf('IPv6 address', 16)

const formatHexPairs = (bytes: Buffer, start: number, end: number) =>
  bytes.toString('hex', start, end).replace(/..(?!$)/g, '$&:')

function parseHexPairs(text: string): Buffer {
  const isAddress = typeof text === 'string' && /^([0-9a-fA-F]{2}(:[0-9a-fA-F]{2})*)?$/.test(text)
  if (!isAddress) throw new EncodeError(`expected a link-layer address like 02:42:ac:11:00:02, got ${show(text)}`)
  return Buffer.from(text.replaceAll(':', ''), 'hex')
}

/** A link-layer address, `02:42:ac:11:00:02`: six bytes on Ethernet, none to thirty-two elsewhere. */
export const lladdr: Declaration<string> = {
  name: 'link-layer address',
  codec: perOrder(() => ({
    name: 'link-layer address',
    decode: formatHexPairs,
    encode: (out, value) => append(out, parseHexPairs(value)),
  })),
}

/** An Ethernet address inside a struct: always ETH_ALEN (6) bytes. */
export const macaddr: Fixed<string> = {
  name: 'MAC address',
  size: 6,
  layout: { type: 'bytes' },
  codec: perOrder(() =>
    fixedCodec<string>('MAC address', 6, {
      read: (bytes, at) => formatHexPairs(bytes, at, at + 6),
      write(bytes, at, value) {
        const parsed = parseHexPairs(value)
        if (parsed.length !== 6) throw new EncodeError(`expected a MAC address (6 bytes), got ${show(value)}`)
        bytes.set(parsed, at)
      },
    }),
  ),
}
