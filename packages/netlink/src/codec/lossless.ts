import { Buffer } from './buffer.js'
import type { ByteOrder, Scope } from './codec.js'
import { isSame } from './equal.js'
import { DecodeError, EncodeError } from './error.js'
import { append, type Compared, clear, type Output, output, reserve, retract, written } from './output.js'
import { align } from './tlv.js'
import type { PayloadForm, ReceivedAttribute, WireForm } from './wire-form.js'

/**
 * Returns the sender's wire form of a nest of attributes: those read from `bytes[…, end)`, the last of which ends at `rest`.
 * Each payload is encoded again and compared. The attributes inside it were compared with their own nest, so they are skipped
 * here. No byte is encoded or compared once per level of nesting.
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

/** Returns the padding at `from`, unless it is zeros up to `to`. */
function paddingOf(bytes: Buffer, from: number, to: number, end: number): Buffer | undefined {
  if (to > end) return bytes.subarray(from, end)
  for (let at = from; at < to; at++) if (bytes[at] !== 0) return bytes.subarray(from, to)
  return undefined
}

/**
 * Encodes a payload again. If that gives different bytes, keeps both forms, provided that both decode to the same value: a bug
 * in an encoder must not hide behind the received bytes.
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
  // If an attribute inside lost its wire form, this payload has lost it too.
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

/** Calls `work` and returns its result. Returns nothing if it throws an error of this kind. */
function unless<T>(kind: typeof DecodeError | typeof EncodeError, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof kind) return undefined
    throw error
  }
}

/** A run of attributes that were already compared: its start in the output and in the source, and its length. */
interface Skipped {
  readonly at: number
  readonly from: number
  length: number
}

/** Comparison of a payload at `from` of `source` with its new encoding. */
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

  /** True if `out` equals the source's bytes up to `to`, including the skipped ones. */
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

  /** Returns the output with the skipped bytes filled in. */
  completed(out: Output): Buffer {
    for (const { at, from, length } of this.#skipped) this.source.copy(out.bytes, at, from, from + length)
    return written(out)
  }
}

/** Replaces the bytes written since `from` by the sender's form, if the value is unchanged. */
export function restoreForm(out: Output, from: number, payload: PayloadForm | undefined): void {
  if (payload === undefined || !out.bytes.subarray(from, out.length).equals(payload.canonical)) return
  retract(out, out.length - from)
  append(out, payload.original)
}
