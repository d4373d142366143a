import type { ByteOrder, Declaration, Scope } from './codec.js'
import { EncodeError } from './error.js'
import { append, type Output, reserve, retract } from './output.js'
import { type Respelt, respell, respelt } from './respelt.js'
import { align, NLA_HDRLEN, tlv } from './tlv.js'

/** An attribute that was read. */
export interface Read {
  key: string
  readonly nlaType: number
  readonly from: number
  readonly to: number
  /** What its payload was taken for; nothing where it is kept raw. */
  declaration: Declaration<unknown> | undefined
  value: unknown
  /** True where of several under one key the last counts. */
  single: boolean
}

/** How the attributes under one key are written, one by one. */
// biome-ignore lint/suspicious/noExplicitAny: each writer has values of its own
export interface Writer<T = any> {
  /** The kernel's name, for errors; nothing where the writer names its place itself. */
  readonly name?: string
  readonly values: readonly T[]
  /** The whole `nla_type` that we would give it. */
  typeOf(value: T, index: number): number
  write(out: Output, value: T, index: number): void
}

/** How a sender spelt one attribute. */
interface Spelled {
  readonly key: string
  readonly nlaType: number
  /** Its value, where a later one of the same key took its place. */
  shadowed?: { readonly value: unknown }
  payload?: Respelt | undefined
  /** Where it is not zeros up to NLA_ALIGNTO. */
  padding?: Buffer
}

/** How a sender spelt a nest of attributes. */
export interface Spelling {
  readonly attributes: readonly Spelled[]
  /** What is behind the last attribute. */
  readonly rest: Buffer
}

const SPELLING = Symbol('spelling')

/** Puts `spelling` beside a value, where neither loops nor comparisons see it. */
export function keepSpelling(value: object, spelling: unknown): void {
  Object.defineProperty(value, SPELLING, { value: spelling })
}

/** What {@link keepSpelling} put there. */
export const spellingOf = <T>(value: unknown): T | undefined => (value as { [SPELLING]?: T } | undefined)?.[SPELLING]

/** What attributes do not tell by their values: those read of `bytes[…, end)`, the last of which ends at `rest`. */
export function readSpelling(
  order: ByteOrder,
  bytes: Buffer,
  { rest, end }: { readonly rest: number; readonly end: number },
  reads: readonly Read[],
  scope: Scope | undefined,
): Spelling {
  const last = new Map(reads.map((read) => [read.key, read]))
  const attributes = reads.map((read): Spelled => {
    const { key, nlaType, from, to, declaration, value, single } = read
    const spelled: Spelled = { key, nlaType }
    if (single && last.get(key) !== read) spelled.shadowed = { value }
    if (declaration) spelled.payload = respelt(declaration, order, value, bytes.subarray(from, to), scope)
    const length = align(to - from) - (to - from)
    const padding = bytes.subarray(to, Math.min(to + length, end))
    if (padding.length < length || padding.some((byte) => byte !== 0)) spelled.padding = padding
    return spelled
  })
  return { attributes, rest: bytes.subarray(rest, end) }
}

/** Writes the attributes under `keys`: first what `spelling` knows, in its way, and then what is new since. */
export function writeAll(
  order: ByteOrder,
  out: Output,
  keys: readonly string[],
  writerOf: (key: string) => Writer | undefined,
  spelling?: Spelling,
): void {
  const done = new Map<string, number>()
  for (const spelled of spelling?.attributes ?? []) {
    const writer = writerOf(spelled.key)
    const index = done.get(spelled.key) ?? 0
    if (writer === undefined || index >= writer.values.length) continue
    writeOne(order, out, writer, index, spelled)
    if (spelled.shadowed === undefined) done.set(spelled.key, index + 1)
  }
  for (const key of keys) {
    const writer = writerOf(key)
    const count = writer?.values.length ?? 0
    for (let index = done.get(key) ?? 0; writer && index < count; index++) {
      // What was padded short was the last one, and is not any more.
      if (spelling) reserve(out, align(out.length) - out.length)
      writeOne(order, out, writer, index)
    }
  }
  if (spelling) append(out, spelling.rest)
}

function writeOne(order: ByteOrder, out: Output, writer: Writer, index: number, spelled?: Spelled): void {
  const value = spelled?.shadowed ? spelled.shadowed.value : writer.values[index]
  try {
    const wire = tlv(order)
    const at = wire.openAttribute(out)
    writer.write(out, value, index)
    respell(out, at + NLA_HDRLEN, spelled?.payload)
    const ours = wire.closeAttribute(out, at, spelled?.nlaType ?? writer.typeOf(value, index))
    if (spelled?.padding) {
      retract(out, ours)
      append(out, spelled.padding)
    }
  } catch (error) {
    throw writer.name === undefined ? error : EncodeError.within(writer.name, error)
  }
}
