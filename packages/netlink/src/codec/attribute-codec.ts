import type { ByteOrder, Codec, Scope } from './codec.js'
import { DecodeError, EncodeError, isPlainObject, show } from './error.js'
import { locateAttribute } from './locate.js'
import { isRawKey, keepRaw, rawWriter } from './raw.js'
import type { Row, Rows } from './rows.js'
import { keepSpelling, type Read, readSpelling, type Spelling, spellingOf, type Writer, writeAll } from './spelling.js'
import { NLA_F_NESTED, NLA_TYPE_MASK, tlv } from './tlv.js'

type Bag = Record<string, unknown>

/** How a set of attributes is read and written. */
export interface Reading {
  readonly rows: Rows
  readonly order: ByteOrder
  readonly lossless: boolean
}

/** What reads and writes the attributes of `rows`, row by row. */
export function attributesCodec(reading: Reading): Codec<Bag> {
  const { rows, order, lossless } = reading
  const codec: Codec<Bag> = {
    name: rows.prefix,
    decode: (bytes, start, end, outer) => decodeAttributes(reading, bytes, start, end, outer),
    encode(out, value, outer) {
      if (!isPlainObject(value)) {
        throw new EncodeError(`expected ${rows.prefix} attributes (an object), got ${show(value)}`)
      }
      const scope: Scope = { members: value, outer }
      const spelling = lossless ? spellingOf<Spelling>(value) : undefined
      writeAll(order, out, Object.keys(value), (key) => writerOf(reading, value, key, scope), spelling)
    },
    locate: (bytes, start, end, at, outer) => locateAttribute(rows, order, codec, { bytes, start, end, at }, outer),
    keyOf: rows.keyOf,
  }
  return codec
}

function decodeAttributes(reading: Reading, bytes: Buffer, start: number, end: number, outer: Scope | undefined): Bag {
  const { rows, order, lossless } = reading
  let value: Bag = {}
  const scope: Scope = { members: value, outer }
  const reads: Read[] = []
  const selections: (readonly [row: Row, read: Read])[] = []
  const rest = tlv(order).readAttributes(bytes, start, end, (nlaType, from, to) => {
    const row = rows.byType[nlaType & NLA_TYPE_MASK]
    const read = readOf(rows, row, nlaType, from, to)
    if (lossless) reads.push(read)
    if (row === undefined) keepRaw(value, nlaType, bytes.subarray(from, to))
    else if (row.select === undefined) decodeInto(value, row, read, reading, bytes, scope)
    else {
      // The selector may come later: keep the place, and see to it when all are there.
      value[row.key] = undefined
      selections.push([row, read])
    }
  })
  for (const [row, read] of selections) {
    read.declaration = row.select?.(value, scope)
    if (read.declaration) decodeInto(value, row, read, reading, bytes, scope)
    else {
      read.key = `?${row.type}`
      read.single = false
      value = renamed(value, row.key, read.key)
      keepRaw(value, read.nlaType, bytes.subarray(read.from, read.to))
    }
  }
  if (lossless) keepSpelling(value, readSpelling(order, bytes, { rest, end }, reads, scope))
  return value
}

const readOf = (rows: Rows, row: Row | undefined, nlaType: number, from: number, to: number): Read => ({
  ...{ nlaType, from, to },
  key: rows.keyOf(nlaType & NLA_TYPE_MASK),
  declaration: row?.declaration,
  value: undefined,
  single: row !== undefined && !row.multi,
})

/** The same members in the same order, one of them under another key. */
const renamed = (value: Bag, from: string, to: string): Bag =>
  Object.fromEntries(Object.entries(value).map(([key, member]) => [key === from ? to : key, member]))

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
    typeOf: () => (declaration.nested ? row.type | NLA_F_NESTED : row.type),
    write: (out, one) => codec.encode(out, one, scope),
  }
}
