import { formatAddress, parseAddress } from '@netloom/netlink/codec'

// Helpers of the codecs written by hand: Buffers, and a writer that appends.

export { formatAddress }

export class Writer {
  bytes = Buffer.alloc(4096)
  length = 0

  reset(): void {
    this.bytes.fill(0, 0, this.length)
    this.length = 0
  }

  /** Appends an attribute with room for `size` bytes. Returns the offset of its payload. */
  attribute(type: number, size: number): number {
    const at = this.length
    this.bytes.writeUInt16LE(size + 4, at)
    this.bytes.writeUInt16LE(type, at + 2)
    this.length = at + 4 + ((size + 3) & ~3)
    return at + 4
  }

  u8(type: number, value: number | undefined): void {
    if (value !== undefined) this.bytes.writeUInt8(value, this.attribute(type, 1))
  }

  u16(type: number, value: number | undefined): void {
    if (value !== undefined) this.bytes.writeUInt16LE(value, this.attribute(type, 2))
  }

  u16be(type: number, value: number | undefined): void {
    if (value !== undefined) this.bytes.writeUInt16BE(value, this.attribute(type, 2))
  }

  u32(type: number, value: number | undefined): void {
    if (value !== undefined) this.bytes.writeUInt32LE(value, this.attribute(type, 4))
  }

  u64(type: number, value: bigint | undefined): void {
    if (value !== undefined) this.bytes.writeBigUInt64LE(value, this.attribute(type, 8))
  }

  text(type: number, value: string | undefined): void {
    if (value === undefined) return
    const at = this.attribute(type, Buffer.byteLength(value) + 1)
    this.bytes.write(value, at)
  }

  address(type: number, value: string | undefined): void {
    if (value === undefined) return
    const bytes = value.includes(':') ? parseAddress(value) : parseIPv4(value)
    this.bytes.set(bytes, this.attribute(type, bytes.length))
  }

  mac(type: number, value: string | undefined): void {
    if (value !== undefined) writeMac(this.bytes, this.attribute(type, 6), value)
  }

  raw(type: number, value: Uint8Array): void {
    this.bytes.set(value, this.attribute(type, value.length))
  }

  /** Opens a nest. Returns the offset to pass to {@link close}. */
  open(type: number): number {
    return this.attribute(type | 0x8000, 0)
  }

  close(start: number): void {
    this.bytes.writeUInt16LE(this.length - start + 4, start - 4)
  }
}

function parseIPv4(text: string): number[] {
  const bytes: number[] = []
  let byte = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 46) {
      bytes.push(byte)
      byte = 0
    } else byte = byte * 10 + code - 48
  }
  bytes.push(byte)
  return bytes
}

export function writeMac(to: Buffer, at: number, text: string): void {
  for (let index = 0; index < 6; index++) to[at + index] = Number.parseInt(text.slice(index * 3, index * 3 + 2), 16)
}

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export const readMac = (from: Buffer, at: number) =>
  `${pairs[from[at]!]}:${pairs[from[at + 1]!]}:${pairs[from[at + 2]!]}:${pairs[from[at + 3]!]}:${pairs[from[at + 4]!]}:${pairs[from[at + 5]!]}`

/** Reads text up to its NUL. */
export function readText(from: Buffer, start: number, end: number): string {
  let stop = start
  while (stop < end && from[stop] !== 0) stop++
  return from.toString('utf8', start, stop)
}
