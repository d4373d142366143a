import { ArgumentError, encode, ipv4, ipv6, macaddr, show } from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'
import { bitsOfFamily, parseText } from '../values/ip-text.js'
import { numberOf } from '../values/names.js'

/** A field of a header: its place, and the form of its values. */
export interface HeaderField {
  /** Bytes from the start of the header. */
  readonly at: number
  readonly size: number
  readonly form: 'address' | 'mac' | 'number' | 'protocol'
}

const number = (at: number, size: number): HeaderField => ({ at, size, form: 'number' })
const address = (at: number, size: number): HeaderField => ({ at, size, form: 'address' })
const ports = {
  /** Source port. */
  sport: number(0, 2),
  /** Destination port. */
  dport: number(2, 2),
} as const

/** Fields by header. Ports of `ip` and `ip6` assume a header without options. */
export const headerFields = {
  ip: {
    /** Source: an IPv4 address, or a prefix such as `10.0.0.0/8`. */
    src: address(12, 4),
    /** Destination: an IPv4 address, or a prefix such as `10.0.0.0/8`. */
    dst: address(16, 4),
    /** Type of service: 8 bits, or `{ value, mask }`. */
    tos: number(1, 1),
    /** Time to live: 0 to 255, or `{ value, mask }`. */
    ttl: number(8, 1),
    /** Protocol: `tcp`, `udp`, or a number. */
    protocol: { at: 9, size: 1, form: 'protocol' },
    /** Source port behind a header without options: 16 bits, or `{ value, mask }`. */
    sport: number(20, 2),
    /** Destination port behind a header without options: 16 bits, or `{ value, mask }`. */
    dport: number(22, 2),
  },
  ip6: {
    /** Source: an IPv6 address, or a prefix such as `2001:db8::/32`. */
    src: address(8, 16),
    /** Destination: an IPv6 address, or a prefix such as `2001:db8::/32`. */
    dst: address(24, 16),
    /** Hop limit: 0 to 255, or `{ value, mask }`. */
    hoplimit: number(7, 1),
    /** Next header: `tcp`, `udp`, or a number. */
    protocol: { at: 6, size: 1, form: 'protocol' },
    /** Source port behind a header without extension headers: 16 bits, or `{ value, mask }`. */
    sport: number(40, 2),
    /** Destination port behind a header without extension headers: 16 bits, or `{ value, mask }`. */
    dport: number(42, 2),
  },
  eth: {
    /** Destination: an Ethernet address, with a mask behind a slash. */
    dst: { at: 0, size: 6, form: 'mac' },
    /** Source: an Ethernet address, with a mask behind a slash. */
    src: { at: 6, size: 6, form: 'mac' },
    /** EtherType: 16 bits. */
    type: number(12, 2),
  },
  tcp: ports,
  udp: ports,
} as const satisfies Readonly<Record<string, Readonly<Record<string, HeaderField>>>>

export type HeaderName = keyof typeof headerFields

/** Bytes that are compared or written, and the bits of them that count. */
export interface MaskedBytes {
  readonly bytes: Uint8Array
  readonly mask: Uint8Array
}

const allOnes = (size: number) => new Uint8Array(size).fill(0xff)

/** Returns the bytes of a number in network byte order. @throws {TypeError} */
function numberBytes(option: string, value: unknown, size: number): Uint8Array {
  const most = 256 ** size - 1
  if (!Number.isInteger(value) || Number(value) < 0 || Number(value) > most)
    throw new ArgumentError(`expected ${option} to be an integer from 0 to ${most}, got ${show(value)}`)
  return Uint8Array.from({ length: size }, (_, at) => Math.floor(Number(value) / 256 ** (size - 1 - at)) & 0xff)
}

/** Returns the mask of a prefix length. */
export const prefixMask = (length: number, size: number) =>
  Uint8Array.from({ length: size }, (_, at) => 0xff00 >> Math.min(8, Math.max(0, length - at * 8)))

function addressBytes(option: string, value: string, size: number): MaskedBytes {
  const { address: text, length, family } = parseText(option, value)
  if (bitsOfFamily(family) !== size * 8)
    throw new ArgumentError(`expected ${option} to be an address of ${size} bytes, got ${show(value)}`)
  const bytes = encode((size === 4 ? ipv4 : ipv6) as typeof ipv4, text)
  return { bytes, mask: prefixMask(length ?? size * 8, size) }
}

function macBytes(option: string, value: unknown): MaskedBytes {
  const [text = '', mask] = typeof value === 'string' ? value.split('/') : []
  try {
    return { bytes: encode(macaddr, text), mask: mask === undefined ? allOnes(6) : encode(macaddr, mask) }
  } catch {
    throw new ArgumentError(
      `expected ${option} to be an Ethernet address, with a mask behind a slash, got ${show(value)}`,
    )
  }
}

/** A value of a field: text or a number, or a number with a mask. */
export type FieldValue =
  | string
  | number
  | {
      /** The value. */
      readonly value: number
      /** Bits that count. */
      readonly mask: number
    }

/** Returns the bytes of a field's value. @throws {TypeError} */
export function fieldBytes(option: string, { size, form }: HeaderField, value: FieldValue): MaskedBytes {
  if (form === 'address') return addressBytes(option, value as string, size)
  if (form === 'mac') return macBytes(option, value)
  if (typeof value === 'object' && value !== null)
    return {
      bytes: numberBytes(`${option}.value`, value.value, size),
      mask: numberBytes(`${option}.mask`, value.mask, size),
    }
  const number = form === 'protocol' ? numberOf(option, IPPROTO, value) : value
  return { bytes: numberBytes(option, number, size), mask: allOnes(size) }
}

/** Four bytes at an offset that is a multiple of four. */
export interface WordAt {
  readonly off: number
  readonly val: number
  readonly mask: number
}

/** Splits bytes at an offset into words of four bytes, as the kernel compares and writes them. Words without a mask are left out. */
export function wordsAt(at: number, { bytes, mask }: MaskedBytes): WordAt[] {
  const words: WordAt[] = []
  const part = (from: Uint8Array, off: number) =>
    [0, 1, 2, 3].reduce((sum, index) => sum * 256 + (from[off + index - at] ?? 0), 0)
  for (let off = at - (at % 4); off < at + bytes.length; off += 4) {
    const bits = part(mask, off)
    if (bits !== 0) words.push({ off, val: (part(bytes, off) & bits) >>> 0, mask: bits })
  }
  return words
}
