import { Buffer } from '../../codec/buffer.js'

/** Thrown for a damaged line of a hex dump. The reader adds the position. */
export class DumpError extends Error {
  override readonly name = 'DumpError'
  readonly code = 'ERR_NETLINK_DECODE'
}

// ` * 16 bytes in buffer 0`: precedes each buffer of a call that has several.
const buffer = /^ \* \d+ bytes in buffer \d+$/

// ` = 2 buffers in vector 0`: precedes each datagram of a call that transfers several.
const vector = /^ = \d+ buffers? in vector \d+$/

const ROW = ' | '
const BYTES_PER_ROW = 16

/** Returns the value of a hexadecimal digit, or -1. */
function digit(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  return code >= 0x61 && code <= 0x66 ? code - 0x61 + 10 : -1
}

/** Returns the offset in front of a row as strace prints it. */
const showOffset = (offset: number) => offset.toString(16).padStart(5, '0')

/** Bytes of a datagram. Rows are decoded as they arrive. */
class Bytes {
  #bytes = Buffer.alloc(256)
  length = 0

  /** Adds the bytes of a row, which begin at `at` in the text. Returns their number. 0: there are none, or they are damaged. */
  addRow(text: string, at: number): number {
    this.#reserve(BYTES_PER_ROW)
    for (let count = 0; count < BYTES_PER_ROW; count++) {
      // There is a second space in the middle.
      const from = at + count * 3 + (count >= BYTES_PER_ROW / 2 ? 1 : 0)
      const [high, low] = [digit(text, from), digit(text, from + 1)]
      if (high < 0 || low < 0 || text[from + 2] !== ' ') return text[from] === ' ' ? count : 0
      this.#bytes[this.length++] = (high << 4) | low
    }
    return BYTES_PER_ROW
  }

  done(): Buffer {
    return this.#bytes.subarray(0, this.length)
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return
    const larger = Buffer.alloc(this.#bytes.length * 2)
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

/** Collects the bytes of one call from the hex dump below it. */
export class Dump {
  readonly #datagrams: Bytes[] = []
  /** Number of bytes of the current buffer. */
  #inBuffer = 0

  /** Number of bytes of the last datagram so far. */
  get length(): number {
    return this.#datagrams.at(-1)?.length ?? 0
  }

  /** Adds a line. Returns false if it is no part of a hex dump. @throws {DumpError} if it is damaged */
  add(text: string): boolean {
    if (text.startsWith(ROW)) this.#addRow(text)
    else if (buffer.test(text)) this.#inBuffer = 0
    else if (vector.test(text)) this.#begin()
    else return false
    return true
  }

  /** Returns the bytes of the datagrams. */
  datagrams(): Buffer[] {
    return this.#datagrams.map((bytes) => bytes.done())
  }

  #begin(): Bytes {
    const bytes = new Bytes()
    this.#datagrams.push(bytes)
    this.#inBuffer = 0
    return bytes
  }

  // ` | 00010  7f 45 4c 46 02 01 01 03  00 00 00 00 00 00 00 00  .ELF............ |`
  #addRow(text: string): void {
    const end = text.indexOf('  ', ROW.length)
    const offset = text.slice(ROW.length, end)
    if (offset !== showOffset(this.#inBuffer)) {
      const isOffset = end > 0 && /^[0-9a-f]{5,16}$/.test(offset)
      const reason = isOffset ? `offset ${showOffset(this.#inBuffer)} in the hex dump, got ${offset}` : LINE
      throw new DumpError(`expected ${reason}`)
    }
    const added = (this.#datagrams.at(-1) ?? this.#begin()).addRow(text, end + 2)
    if (added === 0) throw new DumpError(`expected ${LINE}`)
    this.#inBuffer += added
  }
}

const LINE = 'a line of a hex dump'
