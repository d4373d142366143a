import type { ByteOrder, Codec, Located } from './codec.js'
import { DecodeError, EncodeError, isPlainObject, show } from './error.js'
import { append, type Output } from './output.js'
import type { Row, Rows } from './rows.js'
import { bytes as opaque } from './scalar.js'
import { NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_HDRLEN, NLA_TYPE_MASK, type Tlv, tlv } from './tlv.js'

/** An attribute without a row: what it carries, and the NLA_F bits it came with. */
export interface RawAttribute {
  /** NLA_F_NESTED and NLA_F_NET_BYTEORDER as they were; left out means none. */
  readonly flags?: number
  readonly payload: Uint8Array
}

type Bag = Record<string, unknown>
const unknownKey = /^\?(0|[1-9][0-9]*)$/

/** What reads and writes the attributes of `rows`. */
export function attributesCodec(prefix: string, rows: Rows, order: ByteOrder): Codec<Bag> {
  const wire = tlv(order)
  return {
    name: prefix,
    decode: (bytes, start, end) => decodeAttributes(rows, order, wire, bytes, start, end),
    encode(out, value) {
      if (!isPlainObject(value)) throw new EncodeError(`expected ${prefix} attributes (an object), got ${show(value)}`)
      for (const key of Object.keys(value)) {
        if (value[key] !== undefined) encodeAttribute(rows, order, wire, out, value, key)
      }
    },
    locate: (bytes, start, end, at) => locateAttribute(rows, order, wire, { bytes, start, end, at }),
    keyOf: rows.keyOf,
  }
}

function decodeAttributes(rows: Rows, order: ByteOrder, wire: Tlv, bytes: Buffer, start: number, end: number): Bag {
  let value: Bag = {}
  let selections: [row: Row, nlaType: number, from: number, to: number][] | undefined
  wire.readAttributes(bytes, start, end, (nlaType, from, to) => {
    const row = rows.byType[nlaType & NLA_TYPE_MASK]
    if (row === undefined) keepRaw(value, nlaType, bytes.subarray(from, to))
    else if (row.select === undefined) decodeInto(value, row, row.declaration.codec(order), bytes, from, to)
    else {
      // The selector may come later: keep the place, and see to it when all are there.
      value[row.key] = undefined
      selections ??= []
      selections.push([row, nlaType, from, to])
    }
  })
  for (const [row, nlaType, from, to] of selections ?? []) {
    const chosen = row.select?.(value)
    if (chosen) decodeInto(value, row, chosen.codec(order), bytes, from, to)
    else {
      value = renamed(value, row.key, `?${row.type}`)
      keepRaw(value, nlaType, bytes.subarray(from, to))
    }
  }
  return value
}

/** The same members in the same order, one of them under another key. */
const renamed = (value: Bag, from: string, to: string): Bag =>
  Object.fromEntries(Object.entries(value).map(([key, member]) => [key === from ? to : key, member]))

function keepRaw(value: Bag, nlaType: number, payload: Buffer): void {
  const key = `?${nlaType & NLA_TYPE_MASK}`
  const flags = nlaType & ~NLA_TYPE_MASK
  const raw: RawAttribute = flags === 0 ? { payload } : { flags, payload }
  const others = value[key] as RawAttribute[] | undefined
  if (others) others.push(raw)
  else value[key] = [raw]
}

function decodeInto(value: Bag, row: Row, codec: Codec<unknown>, bytes: Buffer, from: number, to: number): void {
  try {
    const decoded = codec.decode(bytes, from, to)
    if (!row.multi) value[row.key] = decoded
    else if (value[row.key] === undefined) value[row.key] = [decoded]
    else (value[row.key] as unknown[]).push(decoded)
  } catch (error) {
    throw DecodeError.within(row.kernelName, error)
  }
}

function encodeAttribute(rows: Rows, order: ByteOrder, wire: Tlv, out: Output, value: Bag, key: string): void {
  const number = key.startsWith('?') ? unknownKey.exec(key)?.[1] : undefined
  if (number !== undefined) {
    encodeRaw(rows, wire, out, Number(number), value[key])
    return
  }
  const row = rows.byKey.get(key)
  if (row === undefined) throw new EncodeError(`${rows.prefix} has no attribute '${key}'`)
  try {
    const declaration = row.select ? row.select(value) : row.declaration
    if (declaration === undefined) throw new EncodeError(row.noCase(value))
    if (row.multi && !Array.isArray(value[key])) throw new EncodeError(`expected an array, got ${show(value[key])}`)
    const nlaType = declaration.nested ? row.type | NLA_F_NESTED : row.type
    const codec = declaration.codec(order)
    for (const one of row.multi ? (value[key] as unknown[]) : [value[key]]) {
      wire.writeAttribute(out, nlaType, () => codec.encode(out, one))
    }
  } catch (error) {
    throw EncodeError.within(row.kernelName, error)
  }
}

/** What `flags` of a raw attribute can be. */
const nlaFlags = [0, NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_F_NESTED | NLA_F_NET_BYTEORDER]

function encodeRaw(rows: Rows, wire: Tlv, out: Output, type: number, value: unknown): void {
  if (type > NLA_TYPE_MASK) throw new EncodeError(`expected an attribute number up to ${NLA_TYPE_MASK}, got ${type}`)
  const list = value as readonly RawAttribute[]
  const isRaw = (raw: RawAttribute) => raw?.payload instanceof Uint8Array && nlaFlags.includes(raw.flags ?? 0)
  if (!Array.isArray(list) || !list.every(isRaw)) {
    throw new EncodeError(`expected an array of { flags: NLA_F_*, payload: bytes }, got ${show(value)}`, [
      rows.nameOf(type),
    ])
  }
  for (const { flags = 0, payload } of list) {
    wire.writeAttribute(out, type | flags, () => append(out, payload))
  }
}

/** What a selection may go by. Raw bytes in a request may be unreadable, and be what the kernel refused. */
function readableSiblings(rows: Rows, order: ByteOrder, wire: Tlv, bytes: Buffer, start: number, end: number): Bag {
  const value: Bag = {}
  wire.readAttributes(bytes, start, end, (nlaType, from, to) => {
    const row = rows.byType[nlaType & NLA_TYPE_MASK]
    if (row === undefined || row.select || row.declaration.nested) return
    try {
      decodeInto(value, row, row.declaration.codec(order), bytes, from, to)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
    }
  })
  return value
}

interface Place {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  readonly at: number
}

function locateAttribute(rows: Rows, order: ByteOrder, wire: Tlv, { bytes, start, end, at }: Place): Located {
  const here: Located = { path: [], codec: attributesCodec(rows.prefix, rows, order) }
  let found: Located | undefined
  wire.readAttributes(bytes, start, end, (nlaType, from, to) => {
    if (at < from - NLA_HDRLEN || at >= to) return
    const row = rows.byType[nlaType & NLA_TYPE_MASK]
    const key = rows.keyOf(nlaType & NLA_TYPE_MASK)
    const declaration = row?.select
      ? row.select(readableSiblings(rows, order, wire, bytes, start, end))
      : row?.declaration
    const codec = declaration?.codec(order)
    const inner = at >= from ? codec?.locate?.(bytes, from, to, at) : undefined
    found = { path: [key, ...(inner?.path ?? [])], codec: inner?.codec ?? codec ?? opaque.codec(order) }
  })
  return found ?? here
}
