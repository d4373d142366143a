import type { Rows } from './attribute-table.js'
import { EncodeError, show } from './error.js'
import { append } from './output.js'
import { addOwn, own } from './own.js'
import { NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_TYPE_MASK } from './tlv.js'
import type { Writer } from './write-attributes.js'

/** An undecoded attribute: its payload and its NLA_F bits. */
export interface RawAttribute {
  /** NLA_F_NESTED and NLA_F_NET_BYTEORDER as received. Default: none. */
  readonly flags?: number
  readonly payload: Uint8Array
}

const rawKey = /^\?(0|[1-9][0-9]*)$/

/** True for the key of undecoded attributes, `?57`. */
export const isRawKey = (key: string) => key.startsWith('?') && rawKey.test(key)

/** Adds an undecoded attribute under its number, and returns it. */
export function keepRaw(value: Record<string, unknown>, nlaType: number, payload: Buffer): RawAttribute {
  const flags = nlaType & ~NLA_TYPE_MASK
  const raw: RawAttribute = flags === 0 ? { payload } : { flags, payload }
  addOwn(value, `?${nlaType & NLA_TYPE_MASK}`, raw)
  return raw
}

/** Allowed `flags` of an undecoded attribute. */
const nlaFlags: readonly unknown[] = [0, NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_F_NESTED | NLA_F_NET_BYTEORDER]

const flagsOf = (raw: object) => own(raw, 'flags') ?? 0

const isRaw = (raw: unknown): raw is RawAttribute =>
  typeof raw === 'object' &&
  raw !== null &&
  own(raw, 'payload') instanceof Uint8Array &&
  nlaFlags.includes(flagsOf(raw))

/** Returns the writer of the undecoded attributes under a key. @throws {EncodeError} if the value is not an array of them */
export function rawWriter({ nameOf }: Rows, key: string, value: unknown): Writer {
  const type = Number(key.slice(1))
  if (type > NLA_TYPE_MASK) throw new EncodeError(`expected an attribute number up to ${NLA_TYPE_MASK}, got ${type}`)
  const name = nameOf(type)
  if (!Array.isArray(value) || !value.every(isRaw)) {
    throw new EncodeError(`expected an array of { flags: NLA_F_*, payload: bytes }, got ${show(value)}`, [name])
  }
  return {
    name,
    count: value.length,
    valueAt: (index) => value[index],
    typeOf: (index) => type | (flagsOf(value[index] as RawAttribute) as number),
    write: (out, raw) => append(out, (raw as RawAttribute).payload),
  }
}
