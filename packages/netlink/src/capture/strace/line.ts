import { Buffer } from '../../codec/buffer.js'

/** Position of a line in a log. */
export interface LinePosition {
  /** Number of the line, from 1. */
  readonly line: number
  /** Offset of the line in the log, in characters. In a log that was read as Latin-1 these are bytes. */
  readonly offset: number
}

/** A line of a log, without its line break. */
export interface Line extends LinePosition {
  readonly text: string
}

/** Splits a log that arrives in pieces into lines. */
export class LineSplitter {
  /** Parts of the last line, whose end has not arrived. They are joined once: a long line in many pieces takes linear time. */
  #begun: string[] = []
  #line = 1
  #offset = 0

  /** Returns the last line, if it has no line break. */
  end(): Line[] {
    return this.#begun.length > 0 ? [this.#take(0)] : []
  }

  /** Yields the lines that this piece completes. */
  *push(piece: string): Generator<Line> {
    let from = 0
    for (let to = piece.indexOf('\n'); to >= 0; to = piece.indexOf('\n', from)) {
      this.#begun.push(piece.slice(from, to))
      yield this.#take(1)
      from = to + 1
    }
    if (from < piece.length) this.#begun.push(piece.slice(from))
  }

  #take(breakLength: number): Line {
    const text = this.#begun.length === 1 ? (this.#begun[0] ?? '') : this.#begun.join('')
    const line = { text, line: this.#line, offset: this.#offset }
    this.#begun = []
    this.#line++
    this.#offset += text.length + breakLength
    return line
  }
}

/** Parts of a line: the prefix that strace prints in front of a system call, and the rest. */
export interface Prefixed {
  /** The thread that made the call. Undefined in a log of one process without `-f`. */
  readonly tid: number | undefined
  /** Name of the thread, if the log contains it (`-Y`). */
  readonly comm: string | undefined
  /** Nanoseconds since 1970, or since midnight (`-t`, `-tt`); 0n if the log contains no times. */
  readonly time: bigint
  /** The call and its result, or an event such as `+++ exited with 0 +++`. */
  readonly rest: string
}

// `20069<ip> 1796078133.465388 sendmsg(`, `[pid 20069] 12:34:56.123456 sendmsg(`. strace escapes `<` and `>` in names.
const prefix =
  /^(?:(?:\[pid +(\d+)(?:<([^<>]*)>)?\]|(\d+)(?:<([^<>]*)>)?) +)?(?:(?:(\d+)\.(\d{6})|(\d\d):(\d\d):(\d\d)(?:\.(\d{6}))?) )?(?=[a-z_<+-])/

const BILLION = 1_000_000_000n

/** Splits a line into what strace prints in front of each call, and the rest. Returns undefined for lines of another kind. */
export function splitPrefix(text: string): Prefixed | undefined {
  const found = prefix.exec(text)
  if (found === null) return undefined
  const [all, pid1, comm1, pid2, comm2, seconds, micros, hours, minutes, clockSeconds, clockMicros] = found
  const tid = pid1 ?? pid2
  const comm = comm1 ?? comm2
  const clock =
    hours === undefined ? undefined : BigInt(hours) * 3600n + BigInt(minutes ?? 0) * 60n + BigInt(clockSeconds ?? 0)
  const whole = seconds === undefined ? (clock ?? 0n) : BigInt(seconds)
  return {
    tid: tid === undefined ? undefined : Number(tid),
    comm: comm === undefined ? undefined : unescaped(comm),
    time: whole * BILLION + BigInt(micros ?? clockMicros ?? 0) * 1000n,
    rest: text.slice(all.length),
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', v: '\v', f: '\f', '"': '"', '\\': '\\' }

/** Decodes text with the escapes of C strings that strace prints. The bytes are UTF-8. */
export function unescaped(text: string): string {
  if (!/[\\\x80-\xff]/.test(text)) return text
  const bytes = text.replace(/\\(?:x([0-9a-f]{2})|([0-7]{1,3})|(.))/g, (_, hex, octal, character) => {
    if (character !== undefined) return escapes[character] ?? character
    return String.fromCharCode(hex === undefined ? Number.parseInt(octal, 8) & 0xff : Number.parseInt(hex, 16))
  })
  return Buffer.from(bytes, 'latin1').toString()
}
