/** The parts of `node:buffer` that the plugin uses. */
import { addIntegers, fromLatin1, fromUtf8, isUtf8, toUtf8 } from 'native:bytes'

export { isUtf8 }

type Encoding = 'utf8' | 'latin1' | 'hex'

const fromText: Record<Encoding, (text: string) => Buffer> = {
  utf8: (text) => new Buffer(toUtf8(text.toWellFormed())),
  latin1: (text) => Buffer.alloc(text.length).map((_, at) => text.charCodeAt(at)) as Buffer,
  // Stops at the first character that is not hexadecimal, like Node.
  hex(text) {
    const digits = /^(?:[0-9a-f]{2})*/i.exec(text)?.[0] ?? ''
    return new Buffer(Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)))
  },
}

const toText: Record<Encoding, (bytes: Uint8Array) => string> = {
  utf8: fromUtf8,
  latin1: fromLatin1,
  hex: (bytes) => bytes.reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), ''),
}

function codecOf<T>(codecs: Record<Encoding, T>, encoding: Encoding): T {
  const codec = codecs[encoding]
  if (codec !== undefined) return codec
  throw Object.assign(new TypeError(`Unknown encoding: ${encoding}`), { code: 'ERR_UNKNOWN_ENCODING' })
}

export class Buffer extends Uint8Array {
  /** `(text, encoding)`, `(arrayBuffer, offset, length)` or `(bytes)`. */
  static override from(value: unknown, first?: unknown, second?: unknown): Buffer {
    if (typeof value === 'string') return codecOf(fromText, (first as Encoding | undefined) ?? 'utf8')(value)
    if (value instanceof ArrayBuffer)
      return new Buffer(value, first as number | undefined, second as number | undefined)
    return new Buffer(value as ArrayLike<number>)
  }

  static alloc(size: number): Buffer {
    return new Buffer(size)
  }

  static allocUnsafe(size: number): Buffer {
    return new Buffer(size)
  }

  static allocUnsafeSlow(size: number): Buffer {
    return new Buffer(size)
  }

  static byteLength(text: string): number {
    return fromText.utf8(text).length
  }

  static concat(list: readonly Uint8Array[], size = list.reduce((sum, { length }) => sum + length, 0)): Buffer {
    const all = new Buffer(size)
    let at = 0
    for (const each of list) {
      all.set(each.subarray(0, size - at), at)
      at += Math.min(each.length, size - at)
    }
    return all
  }

  static compare(one: Uint8Array, other: Uint8Array): number {
    const common = Math.min(one.length, other.length)
    for (let at = 0; at < common; at++) {
      const difference = (one[at] as number) - (other[at] as number)
      if (difference !== 0) return Math.sign(difference)
    }
    return Math.sign(one.length - other.length)
  }

  equals(other: Uint8Array): boolean {
    return Buffer.compare(this, other) === 0
  }

  override toString(encoding: Encoding = 'utf8', start = 0, end = this.length): string {
    return codecOf(toText, encoding)(start === 0 && end === this.length ? this : this.subarray(start, end))
  }

  copy(target: Uint8Array, targetStart = 0, start = 0, end = this.length): number {
    const part = this.subarray(start, Math.min(end, start + target.length - targetStart))
    target.set(part, targetStart)
    return part.length
  }

  toJSON(): { type: string; data: number[] } {
    return { type: 'Buffer', data: [...this] }
  }

  /** Shares the bytes, unlike Uint8Array's slice. */
  override slice(start?: number, end?: number): Buffer {
    return this.subarray(start, end) as Buffer
  }

  override subarray(start?: number, end?: number): Buffer {
    return super.subarray(start, end) as Buffer
  }
}

addIntegers(Buffer.prototype)
