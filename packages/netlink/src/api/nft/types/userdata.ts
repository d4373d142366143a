import { hostOrder } from '../../../codec/index.js'

/** Numbers of the parts of userdata, which nft defines (`nftnl_udata_*_types` of libnftnl). */
export const UDATA = {
  /** Of tables, chains, rules, objects and elements. */
  COMMENT: 0,
  SET_KEYBYTEORDER: 0,
  SET_DATABYTEORDER: 1,
  SET_MERGE_ELEMENTS: 2,
  SET_COMMENT: 7,
  /** Ours, of a table: the program that may replace it. nft ignores numbers that it does not know. */
  TABLE_PROGRAM: 200,
} as const

/** Parts of userdata: numbers of four bytes, and zero-terminated text. */
export type UserdataParts = readonly (readonly [type: number, value: string | number])[]

/** Encodes userdata; undefined if there is nothing to encode. */
export function encodeUserdata(parts: UserdataParts): Buffer | undefined {
  const encoded = parts.map(([type, value]) => {
    const bytes = typeof value === 'string' ? Buffer.from(`${value}\0`) : u32(value)
    return Buffer.concat([Buffer.from([type, bytes.length]), bytes])
  })
  return encoded.length === 0 ? undefined : Buffer.concat(encoded)
}

/** Returns the parts of userdata by their numbers. Other programs may write anything there: ends at what it cannot parse. */
export function decodeUserdata(bytes: Uint8Array | undefined): ReadonlyMap<number, Buffer> {
  const parts = new Map<number, Buffer>()
  const all = Buffer.from(bytes ?? [])
  for (let at = 0; at + 2 <= all.length; ) {
    const end = at + 2 + (all[at + 1] as number)
    if (end > all.length) break
    parts.set(all[at] as number, all.subarray(at + 2, end))
    at = end
  }
  return parts
}

/** Returns a text of userdata; undefined if there is none. */
export function textOfUserdata(bytes: Uint8Array | undefined, type: number): string | undefined {
  const part = bytes === undefined ? undefined : decodeUserdata(bytes).get(type)
  return part?.toString('utf8', 0, [...part, 0].indexOf(0))
}

/** Returns four bytes in the host's order. */
export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  if (hostOrder === 'LE') bytes.writeUInt32LE(value)
  else bytes.writeUInt32BE(value)
  return bytes
}
