import { EncodeError, show } from './error.js'
import { append } from './output.js'
import type { Rows } from './rows.js'
import type { Writer } from './spelling.js'
import { NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_TYPE_MASK } from './tlv.js'

/** An attribute without a row: what it carries, and the NLA_F bits it came with. */
export interface RawAttribute {
  /** NLA_F_NESTED and NLA_F_NET_BYTEORDER as they were; left out means none. */
  readonly flags?: number
  readonly payload: Uint8Array
}

const rawKey = /^\?(0|[1-9][0-9]*)$/

/** `?57` */
export const isRawKey = (key: string) => key.startsWith('?') && rawKey.test(key)

/** Puts an attribute without a row under its number. */
export function keepRaw(value: Record<string, unknown>, nlaType: number, payload: Buffer): void {
  const key = `?${nlaType & NLA_TYPE_MASK}`
  const flags = nlaType & ~NLA_TYPE_MASK
  const raw: RawAttribute = flags === 0 ? { payload } : { flags, payload }
  const others = value[key] as RawAttribute[] | undefined
  if (others) others.push(raw)
  else value[key] = [raw]
}

/** What `flags` of a raw attribute can be. */
const nlaFlags = [0, NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_F_NESTED | NLA_F_NET_BYTEORDER]

const isRaw = (raw: RawAttribute) => raw?.payload instanceof Uint8Array && nlaFlags.includes(raw.flags ?? 0)

/** How raw attributes are written. @throws {EncodeError} where they are none */
export function rawWriter({ nameOf }: Rows, key: string, value: unknown): Writer<RawAttribute> {
  const type = Number(key.slice(1))
  if (type > NLA_TYPE_MASK) throw new EncodeError(`expected an attribute number up to ${NLA_TYPE_MASK}, got ${type}`)
  const name = nameOf(type)
  if (!Array.isArray(value) || !value.every(isRaw)) {
    throw new EncodeError(`expected an array of { flags: NLA_F_*, payload: bytes }, got ${show(value)}`, [name])
  }
  return {
    name,
    values: value,
    typeOf: ({ flags = 0 }) => type | flags,
    write: (out, { payload }) => append(out, payload),
  }
}
