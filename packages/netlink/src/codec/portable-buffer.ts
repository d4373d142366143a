import { byteAt } from './integers.js'
import { utf8Bytes, utf8Character } from './utf8.js'

const integers = ['Int8', 'Uint8', 'Int16', 'Uint16', 'Int32', 'Uint32', 'BigInt64', 'BigUint64'] as const

/** Implements the part of Node's Buffer that the library uses, for browsers. For valid arguments, the methods do the same. */
class PortableBuffer extends Uint8Array {
  static {
    for (const name of integers) addInteger(PortableBuffer.prototype, name)
  }

  /** Copies text (`first` is its encoding) or bytes, or returns a view of an ArrayBuffer (`first` is the byte offset). */
  static override from(value: unknown, first?: unknown, length?: number): PortableBuffer {
    if (typeof value === 'string') return new PortableBuffer(bytesOf(value, first as Encoding | undefined))
    // No `instanceof`: the ArrayBuffer may belong to another frame of the page.
    if ('length' in (value as object)) return new PortableBuffer(value as ArrayLike<number>)
    return new PortableBuffer(value as ArrayBuffer, first as number | undefined, length)
  }

  static alloc(size: number): PortableBuffer {
    return new PortableBuffer(size)
  }

  static allocUnsafe(size: number): PortableBuffer {
    return new PortableBuffer(size)
  }

  static isBuffer(value: unknown): boolean {
    return value instanceof PortableBuffer
  }

  static byteLength(text: string, encoding?: Encoding): number {
    return bytesOf(text, encoding).length
  }

  static concat(list: readonly Uint8Array[], size = list.reduce((sum, { length }) => sum + length, 0)): PortableBuffer {
    const all = new PortableBuffer(size)
    let at = 0
    for (const each of list) {
      const part = each.subarray(0, size - at)
      all.set(part, at)
      at += part.length
    }
    return all
  }

  static compare(one: Uint8Array, other: Uint8Array): number {
    const common = Math.min(one.length, other.length)
    for (let at = 0; at < common; at++) {
      const difference = byteAt(one, at) - byteAt(other, at)
      if (difference !== 0) return Math.sign(difference)
    }
    return Math.sign(one.length - other.length)
  }

  equals(other: Uint8Array): boolean {
    return PortableBuffer.compare(this, other) === 0
  }

  compare(target: Uint8Array, targetStart = 0, targetEnd = target.length, start = 0, end = this.length): number {
    return PortableBuffer.compare(this.subarray(start, end), target.subarray(targetStart, targetEnd))
  }

  copy(target: Uint8Array, targetStart = 0, start = 0, end = this.length): number {
    const part = this.subarray(start, Math.min(end, start + target.length - targetStart))
    target.set(part, targetStart)
    return part.length
  }

  override toString(encoding: Encoding | 'base64' = 'utf8', start = 0, end = this.length): string {
    return textOf[encoding](this.subarray(start, end))
  }

  toJSON(): { type: string; data: number[] } {
    return { type: 'Buffer', data: [...this] }
  }

  /** Returns a view like Node's Buffer. Uint8Array would return a copy. */
  override slice(start?: number, end?: number): PortableBuffer {
    return this.subarray(start, end)
  }

  override subarray(start?: number, end?: number): PortableBuffer {
    return super.subarray(start, end) as PortableBuffer
  }
}

type Encoding = 'utf8' | 'latin1' | 'hex'

function bytesOf(text: string, encoding: Encoding = 'utf8'): number[] {
  if (encoding === 'utf8') return utf8Bytes(text)
  if (encoding === 'latin1') return Array.from(text, (character) => character.charCodeAt(0))
  // Parses up to the first pair that is not hexadecimal.
  const [digits] = /^(?:[0-9a-f]{2})*/i.exec(text) ?? []
  return Array.from(digits?.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

const base64Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Returns bytes as base64. Browsers have `btoa`, but only on pages and in workers. */
function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    const digits = [18, 12, 6, 0].map((shift) => base64Digits[(group >> shift) & 63])
    text += digits
      .slice(0, Math.min(4, bytes.length - at + 1))
      .join('')
      .padEnd(4, '=')
  }
  return text
}

const textOf: Record<Encoding | 'base64', (bytes: Uint8Array) => string> = {
  base64: base64Of,
  latin1: (bytes) => bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''),
  hex: (bytes) => bytes.reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), ''),
  utf8(bytes) {
    let text = ''
    for (let at = 0; at < bytes.length; ) {
      const { point, length } = utf8Character(bytes, at, bytes.length)
      text += String.fromCodePoint(point ?? 0xfffd)
      at += length
    }
    return text
  },
}

/** Adds the methods that read and write one kind of integer: `readUInt16LE(at = 0)`, `writeUInt16LE(value, at = 0)`, … */
function addInteger(prototype: object, name: (typeof integers)[number]): void {
  const size = name.startsWith('Big') ? 8 : Number.parseInt(name.replace(/\D+/, ''), 10) / 8
  const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (const order of size === 1 ? [''] : ['LE', 'BE']) {
    const method = name.replace('Uint', 'UInt') + order
    Object.assign(prototype, {
      [`read${method}`](this: Uint8Array, at = 0) {
        return viewOf(this)[`get${name}`](at, order === 'LE')
      },
      [`write${method}`](this: Uint8Array, value: number | bigint, at = 0) {
        viewOf(this)[`set${name}`](at, value as never, order === 'LE')
        return at + size
      },
    })
  }
}

export const Buffer = PortableBuffer as unknown as typeof globalThis.Buffer
