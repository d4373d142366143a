import type { ByteOrder, Declaration } from './codec.js'
import { EncodeError } from './error.js'
import { restoreForm } from './lossless.js'
import { append, type Output, reserve, retract } from './output.js'
import { align, NLA_HDRLEN, tlv } from './tlv.js'
import type { ReceivedAttribute, WireForm } from './wire-form.js'

/** Writes the attributes under one key of the value. */
export interface Writer {
  /** The kernel's name, which is added to errors. Undefined if the writer adds it itself. */
  readonly name?: string
  /** The attribute's declaration, for error messages. */
  readonly declaration?: Declaration<unknown>
  readonly count: number
  /** Returns the value of the attribute at `index`. @throws {EncodeError} */
  valueAt(index: number): unknown
  /** Returns the `nla_type` of the attribute at `index`, including the NLA_F bits. `nlaType` is the received one, if any. */
  typeOf(index: number, nlaType: number | undefined): number
  write(out: Output, value: unknown, index: number): void
}

/** Writes the attributes under `keys`. First come those that were received (`form`), in their order, then new ones. */
export function writeAll(
  order: ByteOrder,
  out: Output,
  keys: readonly string[],
  writerOf: (key: string) => Writer | undefined,
  form?: WireForm,
): void {
  if (form === undefined) {
    for (const key of keys) writeRest(order, out, writerOf(key), 0)
    return
  }
  const progress = new Map<string, Progress>()
  const progressOf = (key: string) => progress.get(key) ?? { writer: writerOf(key), done: 0 }
  for (const attribute of form.attributes) {
    const under = progressOf(attribute.key)
    progress.set(attribute.key, under)
    const { writer, done } = under
    if (writer === undefined || done >= writer.count) continue
    const value = attribute.shadowed ? attribute.value : writer.valueAt(done)
    writeReceived(order, out, writer, done, value, attribute, form)
    if (!attribute.shadowed) under.done++
  }
  for (const key of keys) {
    const { writer, done } = progressOf(key)
    // Only the last attribute of a nest may have short padding. This one is no longer the last, so complete its padding.
    if (writer && done < writer.count) reserve(out, align(out.length) - out.length)
    writeRest(order, out, writer, done)
  }
  if (form.rest) append(out, form.rest)
}

/** Number of attributes already written per key. */
interface Progress {
  readonly writer: Writer | undefined
  done: number
}

function writeRest(order: ByteOrder, out: Output, writer: Writer | undefined, from: number): void {
  if (writer === undefined) return
  for (let index = from; index < writer.count; index++) writeOne(order, out, writer, index, writer.valueAt(index))
}

/**
 * Writes an attribute as it was received. During a comparison it only reserves the space, because the attribute was already
 * compared.
 */
function writeReceived(
  order: ByteOrder,
  out: Output,
  writer: Writer,
  index: number,
  value: unknown,
  attribute: ReceivedAttribute,
  form: WireForm,
): void {
  const { comparison } = out
  if (comparison === undefined) writeOne(order, out, writer, index, value, attribute)
  else if (comparison.source !== form.source || !Object.is(value, attribute.value)) {
    out.comparison = undefined
    writeOne(order, out, writer, index, value, attribute)
    out.comparison = comparison
  } else if (attribute.exact) {
    const { from, to, padding } = attribute
    comparison.skip(out, from - NLA_HDRLEN, padding ? to + padding.length : from + align(to - from))
  } else comparison.lost = true
}

function writeOne(
  order: ByteOrder,
  out: Output,
  writer: Writer,
  index: number,
  value: unknown,
  attribute?: ReceivedAttribute,
): void {
  try {
    const wire = tlv(order)
    const at = wire.openAttribute(out)
    writer.write(out, value, index)
    restoreForm(out, at + NLA_HDRLEN, attribute?.payload)
    const ours = wire.closeAttribute(out, at, writer.typeOf(index, attribute?.nlaType))
    if (attribute?.padding) {
      retract(out, ours)
      append(out, attribute.padding)
    }
  } catch (error) {
    throw writer.name === undefined ? error : EncodeError.within(writer.name, error, writer.declaration)
  }
}
