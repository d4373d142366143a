import { Buffer } from './buffer.js'
import type { ByteOrder, Scope } from './codec.js'
import { isSame } from './equal.js'
import { DecodeError, EncodeError } from './error.js'
import { append, type Compared, clear, type Output, output, reserve, retract, written } from './output.js'
import { align } from './tlv.js'
import type { PayloadForm, ReceivedAttribute, WireForm } from './wire-form.js'

/**
 * Returns the wire form of the attributes in a nest: how the sender encoded them. `rest` is the end of the last attribute,
 * `end` the end of the nest. Each payload is encoded again and compared with the received bytes. Inner attributes were
 * already compared with their nest, so they are skipped: the time does not grow with the depth.
 */
export function wireFormOf(
  order: ByteOrder,
  bytes: Buffer,
  { rest, end }: { readonly rest: number; readonly end: number },
  attributes: readonly ReceivedAttribute[],
  scope: Scope | undefined,
): WireForm {
  const last = new Map<string, ReceivedAttribute>()
  for (const each of attributes) if (each.single) last.set(each.key, each)
  const scratch = output()
  for (const each of attributes) {
    each.shadowed = each.single && last.get(each.key) !== each
    each.padding = paddingOf(bytes, each.to, each.to + align(each.to - each.from) - (each.to - each.from), end)
    if (each.declaration === undefined) each.exact = true
    else compareForm(each, order, bytes, scope, scratch)
  }
  return { source: bytes, attributes, rest: rest < end ? bytes.subarray(rest, end) : undefined }
}

/** Returns the padding `bytes[from, to)` if it is not zeros or was cut off. Returns undefined for usual padding. */
function paddingOf(bytes: Buffer, from: number, to: number, end: number): Buffer | undefined {
  if (to > end) return bytes.subarray(from, end)
  for (let at = from; at < to; at++) if (bytes[at] !== 0) return bytes.subarray(from, to)
  return undefined
}

/**
 * Encodes a payload again. If the bytes differ, keeps both encodings, but only if both decode to the same value. Otherwise a
 * bug in our encoder would stay hidden.
 */
function compareForm(
  attribute: ReceivedAttribute,
  order: ByteOrder,
  bytes: Buffer,
  scope: Scope | undefined,
  scratch: Output,
): void {
  const { declaration, value, from, to } = attribute
  const comparison = new Comparison(bytes, from)
  clear(scratch)
  scratch.comparison = comparison
  const encodes = unless(EncodeError, () => {
    declaration?.codec(order, true).encode(scratch, value, scope)
    return true
  })
  scratch.comparison = undefined
  // If an inner attribute could not be restored, neither can this payload.
  if (!encodes || comparison.lost) return
  attribute.exact = comparison.equals(scratch, to)
  if (attribute.exact) return
  const canonical = Buffer.from(comparison.completed(scratch))
  const original = bytes.subarray(from, to)
  const plain = declaration?.codec(order)
  const read = (form: Buffer) => plain?.decode(form, 0, form.length, scope)
  attribute.exact = unless(DecodeError, () => isSame(read(canonical), read(original))) ?? false
  if (attribute.exact) attribute.payload = { canonical, original }
}

/** Returns the result of `work`, or undefined if it throws an error of this class. */
function unless<T>(kind: typeof DecodeError | typeof EncodeError, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof kind) return undefined
    throw error
  }
}

/** Attributes that were already compared: their offsets in the output and in the source, and their length in bytes. */
interface Skipped {
  readonly at: number
  readonly from: number
  length: number
}

/** Compares the received payload at `from` of `source` with its new encoding. */
class Comparison implements Compared {
  readonly #skipped: Skipped[] = []
  lost = false

  constructor(
    readonly source: Buffer,
    readonly from: number,
  ) {}

  skip(out: Output, from: number, to: number): void {
    const at = reserve(out, to - from)
    const last = this.#skipped.at(-1)
    if (last && last.at + last.length === at && last.from + last.length === from) last.length += to - from
    else this.#skipped.push({ at, from, length: to - from })
  }

  /** True if `out` equals the source's bytes up to offset `to`. Skipped bytes count as equal. */
  equals(out: Output, to: number): boolean {
    if (out.length !== to - this.from) return false
    let at = 0
    for (const skipped of this.#skipped) {
      if (skipped.from - this.from !== skipped.at || !this.#isSame(out, at, skipped.at)) return false
      at = skipped.at + skipped.length
    }
    return this.#isSame(out, at, out.length)
  }

  #isSame(out: Output, start: number, end: number): boolean {
    const { source, from } = this
    if (end - start > 64) return out.bytes.compare(source, from + start, from + end, start, end) === 0
    for (let at = start; at < end; at++) if (out.bytes[at] !== source[from + at]) return false
    return true
  }

  /** Copies the skipped bytes into the output, and returns it. */
  completed(out: Output): Buffer {
    for (const { at, from, length } of this.#skipped) this.source.copy(out.bytes, at, from, from + length)
    return written(out)
  }
}

/** Replaces the bytes written since `from` with the received form, unless the value was changed. */
export function restoreForm(out: Output, from: number, payload: PayloadForm | undefined): void {
  if (payload === undefined || !out.bytes.subarray(from, out.length).equals(payload.canonical)) return
  retract(out, out.length - from)
  append(out, payload.original)
}
