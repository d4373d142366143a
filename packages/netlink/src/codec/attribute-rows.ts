import type { ByteOrder, Scope } from './codec.js'
import { DecodeError, EncodeError, isPlainObject, show } from './error.js'
import type { Output } from './output.js'
import { isRawKey, keepRaw, rawWriter } from './raw.js'
import type { Row, Rows } from './rows.js'
import { keepSpelling, type Read, readSpelling, type Spelling, spellingOf, type Writer, writeAll } from './spelling.js'
import { NLA_TYPE_MASK, nlaTypeOf, tlv } from './tlv.js'

type Bag = Record<string, unknown>

/** How a set of attributes is read and written. */
export interface Reading {
  readonly rows: Rows
  readonly order: ByteOrder
  readonly lossless: boolean
}

/** An attribute whose selector may come later: its place is kept, and it is seen to when all are there. */
export type Selection = readonly [row: Row, read: Read]

/** Reads attributes row by row. @throws {DecodeError} */
export function decodeAttributes(
  reading: Reading,
  bytes: Buffer,
  start: number,
  end: number,
  outer: Scope | undefined,
): Bag {
  const { rows, order, lossless } = reading
  const value: Bag = {}
  const scope: Scope = { members: value, outer }
  const reads: Read[] = []
  const selections: Selection[] = []
  const rest = tlv(order).readAttributes(bytes, start, end, (nlaType, from, to) => {
    const row = rows.byType[nlaType & NLA_TYPE_MASK]
    const read = readOf(rows, row, nlaType, from, to)
    if (lossless) reads.push(read)
    if (row?.around) read.declaration = row.select?.(value, scope)
    if (row === undefined || read.declaration === undefined) {
      Object.assign(read, { key: `?${nlaType & NLA_TYPE_MASK}`, single: false })
      keepRaw(value, nlaType, bytes.subarray(from, to))
    } else if (row.select === undefined || row.around) decodeInto(value, row, read, reading, bytes, scope)
    else {
      value[row.key] = undefined
      selections.push([row, read])
    }
  })
  const chosen = resolveSelections(reading, value, selections, bytes, scope)
  if (lossless) keepSpelling(chosen, readSpelling(order, bytes, { rest, end }, reads, scope))
  return chosen
}

const readOf = (rows: Rows, row: Row | undefined, nlaType: number, from: number, to: number): Read => ({
  key: rows.keyOf(nlaType & NLA_TYPE_MASK),
  nlaType,
  from,
  to,
  declaration: row?.declaration,
  value: undefined,
  single: row !== undefined && !row.multi,
})

/** An attribute that waits for its selector. */
export const selectionOf = (rows: Rows, row: Row, nlaType: number, from: number, to: number): Selection => [
  row,
  readOf(rows, row, nlaType, from, to),
]

/** Reads what had to wait for the other attributes of `value`; what has no case is kept raw. */
export function resolveSelections(
  reading: Reading,
  value: Bag,
  selections: readonly Selection[],
  bytes: Buffer,
  scope: Scope,
): Bag {
  const unchosen: Selection[] = []
  for (const selection of selections) {
    const [row, read] = selection
    read.declaration = row.select?.(value, scope)
    if (read.declaration) decodeInto(value, row, read, reading, bytes, scope)
    else unchosen.push(selection)
  }
  if (unchosen.length === 0) return value
  const resolved = renamed(value, new Map(unchosen.map(([{ key, type }]) => [key, `?${type}`])))
  for (const [row, read] of unchosen) {
    read.key = `?${row.type}`
    read.single = false
    keepRaw(resolved, read.nlaType, bytes.subarray(read.from, read.to))
  }
  return resolved
}

/** The same members in the same order, some of them under other keys. */
const renamed = (value: Bag, keys: ReadonlyMap<string, string>): Bag =>
  Object.fromEntries(Object.entries(value).map(([key, member]) => [keys.get(key) ?? key, member]))

function decodeInto(value: Bag, row: Row, read: Read, reading: Reading, bytes: Buffer, scope: Scope): void {
  try {
    read.value = read.declaration?.codec(reading.order, reading.lossless).decode(bytes, read.from, read.to, scope)
  } catch (error) {
    throw DecodeError.within(row.kernelName, error)
  }
  if (!row.multi) value[row.key] = read.value
  else if (value[row.key] === undefined) value[row.key] = [read.value]
  else (value[row.key] as unknown[]).push(read.value)
}

/** Writes attributes row by row. @throws {EncodeError} */
export function encodeAttributes(reading: Reading, out: Output, value: unknown, outer: Scope | undefined): void {
  expectAttributes(reading.rows, value)
  const spelling = reading.lossless ? spellingOf<Spelling>(value) : undefined
  writeKeys(reading, out, value, Object.keys(value), { members: value, outer }, spelling)
}

/** @throws {EncodeError} unless `value` can be attributes */
export function expectAttributes({ prefix }: Rows, value: unknown): asserts value is Bag {
  if (!isPlainObject(value)) throw new EncodeError(`expected ${prefix} attributes (an object), got ${show(value)}`)
}

/** Writes the attributes under some of the keys of `value`. */
export function writeKeys(
  reading: Reading,
  out: Output,
  value: Bag,
  keys: readonly string[],
  scope: Scope,
  spelling?: Spelling,
): void {
  writeAll(reading.order, out, keys, (key) => writerOf(reading, value, key, scope), spelling)
}

/** How the attributes under one key are written; nothing where the key is not set. */
function writerOf({ rows, order, lossless }: Reading, value: Bag, key: string, scope: Scope): Writer | undefined {
  if (value[key] === undefined) return undefined
  if (isRawKey(key)) return rawWriter(rows, key, value[key])
  const row = rows.byKey.get(key)
  if (row === undefined) throw new EncodeError(`${rows.prefix} has no attribute '${key}'`)
  const { kernelName: name, multi } = row
  const declaration = row.select ? row.select(value, scope) : row.declaration
  if (declaration === undefined) throw new EncodeError(row.noCase(value, scope), [name])
  if (multi && !Array.isArray(value[key])) throw new EncodeError(`expected an array, got ${show(value[key])}`, [name])
  const codec = declaration.codec(order, lossless)
  return {
    name,
    values: multi ? (value[key] as unknown[]) : [value[key]],
    typeOf: () => nlaTypeOf(row.type, declaration),
    write: (out, one) => codec.encode(out, one, scope),
  }
}
