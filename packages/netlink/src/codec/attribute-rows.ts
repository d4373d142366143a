import type { Row, Rows } from './attribute-table.js'
import type { ByteOrder, Declaration, Scope } from './codec.js'
import { DecodeError, EncodeError, isPlainObject, show } from './error.js'
import { wireFormOf } from './lossless.js'
import type { Output } from './output.js'
import { addOwn, own, setOwn } from './own.js'
import { isRawKey, keepRaw, rawWriter } from './raw.js'
import { NLA_TYPE_MASK, nlaTypeOf, tlv } from './tlv.js'
import { formOf, keepForm, type ReceivedAttribute, received, type WireForm } from './wire-form.js'
import { type Writer, writeAll } from './write-attributes.js'

type AttributeMap = Record<string, unknown>

/** An attribute set and the options of its codec. */
export interface Reading {
  readonly rows: Rows
  readonly order: ByteOrder
  readonly lossless: boolean
}

/** An attribute whose declaration depends on its siblings. Its offsets are kept until all siblings are decoded. */
export type Selection = readonly [row: Row, attribute: ReceivedAttribute]

/** Decodes the attributes in `bytes[start, end)` by interpreting their rows. @throws {DecodeError} if one is invalid */
export function decodeAttributes(
  reading: Reading,
  bytes: Buffer,
  start: number,
  end: number,
  outer: Scope | undefined,
): AttributeMap {
  const { rows, order, lossless } = reading
  const value: AttributeMap = {}
  const scope: Scope = { members: value, outer }
  const attributes: ReceivedAttribute[] = []
  const selections: Selection[] = []
  const outerSelected = new Map<Row, Declaration<unknown> | undefined>()
  const rest = tlv(order).readAttributes(bytes, start, end, (nlaType, from, to) => {
    const row = rows.byType[nlaType & NLA_TYPE_MASK]
    const attribute = receivedAs(rows, row, nlaType, from, to)
    if (lossless) attributes.push(attribute)
    if (row?.outerSelect) {
      // All attributes of this row have the same declaration. Look it up once, because it may depend on a distant outer nest.
      if (!outerSelected.has(row)) outerSelected.set(row, row.select?.(value, scope))
      attribute.declaration = outerSelected.get(row)
    }
    if (row === undefined || attribute.declaration === undefined) keepAsRaw(value, attribute, bytes)
    else if (row.select === undefined || row.outerSelect) decodeInto(value, row, attribute, reading, bytes, scope)
    else {
      setOwn(value, row.key, undefined)
      selections.push([row, attribute])
    }
  })
  const chosen = resolveSelections(reading, value, selections, bytes, scope)
  if (lossless) keepForm(chosen, wireFormOf(order, bytes, { rest, end }, attributes, scope))
  return chosen
}

const receivedAs = (rows: Rows, row: Row | undefined, nlaType: number, from: number, to: number): ReceivedAttribute =>
  received(rows.keyOf(nlaType & NLA_TYPE_MASK), nlaType, from, to, row?.declaration, row !== undefined && !row.multi)

/** Returns the position of an attribute that is decoded after its siblings. */
export const selectionOf = (rows: Rows, row: Row, nlaType: number, from: number, to: number): Selection => [
  row,
  receivedAs(rows, row, nlaType, from, to),
]

/** Keeps the payload undecoded, under the key `?` and its number. */
function keepAsRaw(value: AttributeMap, attribute: ReceivedAttribute, bytes: Buffer): void {
  const { nlaType, from, to } = attribute
  attribute.key = `?${nlaType & NLA_TYPE_MASK}`
  attribute.single = false
  attribute.value = keepRaw(value, nlaType, bytes.subarray(from, to))
}

/** Decodes the attributes that depend on their siblings. If no case matches, the attribute stays raw. */
export function resolveSelections(
  reading: Reading,
  value: AttributeMap,
  selections: readonly Selection[],
  bytes: Buffer,
  scope: Scope,
): AttributeMap {
  const unchosen: Selection[] = []
  for (const selection of selections) {
    const [row, attribute] = selection
    attribute.declaration = row.select?.(value, scope)
    if (attribute.declaration) decodeInto(value, row, attribute, reading, bytes, scope)
    else unchosen.push(selection)
  }
  if (unchosen.length === 0) return value
  const resolved = renamed(value, new Map(unchosen.map(([{ key, type }]) => [key, `?${type}`])))
  for (const [, attribute] of unchosen) keepAsRaw(resolved, attribute, bytes)
  return resolved
}

/** Returns the same members in the same order, with some keys renamed. */
const renamed = (value: AttributeMap, keys: ReadonlyMap<string, string>): AttributeMap =>
  Object.fromEntries(Object.entries(value).map(([key, member]) => [keys.get(key) ?? key, member]))

function decodeInto(
  value: AttributeMap,
  row: Row,
  attribute: ReceivedAttribute,
  reading: Reading,
  bytes: Buffer,
  scope: Scope,
): void {
  const { declaration, from, to } = attribute
  try {
    attribute.value = declaration?.codec(reading.order, reading.lossless).decode(bytes, from, to, scope)
  } catch (error) {
    throw DecodeError.within(row.kernelName, error)
  }
  if (row.multi) addOwn(value, row.key, attribute.value)
  else setOwn(value, row.key, attribute.value)
}

/** Encodes attributes by interpreting their rows. @throws {EncodeError} if one is invalid */
export function encodeAttributes(reading: Reading, out: Output, value: unknown, outer: Scope | undefined): void {
  expectAttributes(reading.rows, value)
  const form = reading.lossless ? formOf<WireForm>(value) : undefined
  writeKeys(reading, out, value, Object.keys(value), { members: value, outer }, form)
}

/** @throws {EncodeError} if `value` is not a plain object */
export function expectAttributes({ prefix }: Rows, value: unknown): asserts value is AttributeMap {
  if (!isPlainObject(value)) throw new EncodeError(`expected ${prefix} attributes (an object), got ${show(value)}`)
}

/** Encodes the attributes under the given keys of `value`. */
export function writeKeys(
  reading: Reading,
  out: Output,
  value: AttributeMap,
  keys: readonly string[],
  scope: Scope,
  form?: WireForm,
): void {
  writeAll(reading.order, out, keys, (key) => writerOf(reading, value, key, scope), form)
}

/** Returns the writer of the attributes under one key. Returns undefined if the value has no such key. */
function writerOf(
  { rows, order, lossless }: Reading,
  value: AttributeMap,
  key: string,
  scope: Scope,
): Writer | undefined {
  const member = own(value, key)
  if (member === undefined) return undefined
  if (isRawKey(key)) return rawWriter(rows, key, member)
  const row = rows.byKey.get(key)
  if (row === undefined) throw new EncodeError(`${rows.prefix} has no attribute '${key}'`)
  const { kernelName: name, multi } = row
  const declaration = row.select ? row.select(value, scope) : row.declaration
  if (declaration === undefined) throw new EncodeError(row.noCase(value, scope), [name])
  if (multi && !Array.isArray(member)) throw new EncodeError(`expected an array, got ${show(member)}`, [name])
  const codec = declaration.codec(order, lossless)
  const values = multi ? (member as unknown[]) : [member]
  return {
    name,
    declaration: row.declaration,
    count: values.length,
    valueAt: (index) => values[index],
    typeOf: (_index, nlaType) => nlaType ?? nlaTypeOf(row.type, declaration),
    write: (out, one) => codec.encode(out, one, scope),
  }
}
