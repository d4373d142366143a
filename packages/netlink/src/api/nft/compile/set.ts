import { ArgumentError } from '../../../codec/error.js'
import type { Infer } from '../../../codec/index.js'
import { NFT_DATA, NFT_SET, NFT_SET_ELEM, type nftSetElemAttrs } from '../../../netfilter/index.js'
import type { Interval, Key } from '../expression/source.js'
import type { VerdictStatement } from '../expression/statement.js'
import { isSingle } from '../expression/value.js'
import { bytesOf, type DataType, inOrder, lengthOf, numberIn } from '../types/data-types.js'
import { UDATA, type UserdataParts } from '../types/userdata.js'

export type WireElement = Infer<typeof nftSetElemAttrs>

/** The types of a set, which determine how its elements are encoded. */
export interface SetLayout {
  readonly types: readonly DataType[]
  readonly interval: boolean
  /** Types of the data of a map. */
  readonly data?: readonly DataType[] | 'verdict' | undefined
}

/** Bytes that a value takes in a concatenation: registers have four. */
export const padded = (type: DataType) => Math.ceil(lengthOf(type) / 4) * 4

/** Returns the bytes of a key or of the data of a map. */
export const lengthOfTypes = (types: readonly DataType[]) =>
  types.length === 1 ? lengthOf(types[0] as DataType) : types.reduce((sum, type) => sum + padded(type), 0)

/** Returns the number of a type; six bits for each part of a concatenation. */
export const numberOfTypes = (types: readonly DataType[]) => types.reduce((sum, { number }) => (sum << 6) | number, 0)

/**
 * Returns the order of a type in the keys of a set. The kernel compares the ends of intervals byte by byte, so numbers are stored with
 * the most significant byte first.
 */
export const orderIn = ({ interval }: Pick<SetLayout, 'interval'>, type: DataType) => (interval ? 'big' : type.order)

const encodePart = (layout: SetLayout, type: DataType, bytes: Buffer) =>
  inOrder(bytes, orderIn(layout, type), type.text)

/** Joins the values of a concatenation. */
export function joined(
  types: readonly DataType[],
  values: readonly Buffer[],
  one: (type: DataType, value: Buffer) => Buffer,
) {
  if (types.length === 1) return one(types[0] as DataType, values[0] as Buffer)
  const result = Buffer.alloc(lengthOfTypes(types))
  let at = 0
  for (const [index, type] of types.entries()) {
    one(type, values[index] as Buffer).copy(result, at)
    at += padded(type)
  }
  return result
}

/** Returns the bytes of the data of a map. */
export const encodeData = (types: readonly DataType[], values: readonly Buffer[]) =>
  joined(types, values, (type, value) => inOrder(value, type.order, type.text))

const isAllOnes = (bytes: Buffer) => bytes.every((byte) => byte === 0xff)

/** Returns the attributes of the elements for one key: two for an interval, whose end is an element of its own. */
export function encodeKey(layout: SetLayout, key: Key, rest: Omit<WireElement, 'key' | 'keyEnd'>): WireElement[] {
  const { types, interval } = layout
  const bytes = (end: 'from' | 'to') =>
    joined(
      types,
      key.map((each) => each[end]),
      (type, value) => encodePart(layout, type, value),
    )
  if (!interval) {
    if (!key.every(isSingle))
      throw new ArgumentError(
        "expected single values, because the set does not have the flag 'interval', got a range or a prefix",
      )
    return [{ key: { value: bytes('from') }, ...rest }]
  }
  if (types.length > 1) return [{ key: { value: bytes('from') }, keyEnd: { value: bytes('to') }, ...rest }]
  const start = { key: { value: bytes('from') }, ...rest }
  const { to } = key[0] as Interval
  if (isAllOnes(to)) return [start]
  // The kernel stores the value behind the interval.
  const value = bytesOf(numberIn(to) + 1n, to.length)
  return [start, { key: { value }, flags: NFT_SET_ELEM.INTERVAL_END }]
}

/** Returns NFTA_DATA_VERDICT. */
export const encodeVerdict = ({ code, chain }: VerdictStatement) => ({
  verdict: { code, ...(chain !== undefined && { chain }) },
})

/** Returns the attributes of a set that describe its types. */
export function encodeLayout(layout: SetLayout, flags: number) {
  const { types, interval, data } = layout
  const isConcat = types.length > 1
  return {
    flags:
      flags |
      (interval ? NFT_SET.INTERVAL : 0) |
      (interval && isConcat ? NFT_SET.CONCAT : 0) |
      (data === undefined ? 0 : NFT_SET.MAP),
    keyType: numberOfTypes(types),
    keyLen: lengthOfTypes(types),
    ...(data === 'verdict' && { dataType: NFT_DATA.VERDICT }),
    ...(typeof data === 'object' && { dataType: numberOfTypes(data), dataLen: lengthOfTypes(data) }),
  }
}

/** Returns NFTA_SET_DESC. */
export function encodeDesc({ types, interval }: SetLayout, size: number | undefined) {
  const concat = interval && types.length > 1 ? { elem: types.map((type) => ({ len: lengthOf(type) })) } : undefined
  if (size === undefined && concat === undefined) return undefined
  return { ...(size !== undefined && { size }), ...(concat && { concat }) }
}

const byteorder = (order: DataType['order']) => (order === 'host' ? 1 : 2)

/** Returns the userdata that nft needs to print the values in the right order. */
export function layoutUserdata(layout: SetLayout): UserdataParts {
  const { types, data } = layout
  const order = (list: readonly DataType[], one: (type: DataType) => DataType['order']) =>
    list.length > 1 ? 0 : byteorder(one(list[0] as DataType))
  const parts: [number, number][] = [[UDATA.SET_KEYBYTEORDER, order(types, (type) => orderIn(layout, type))]]
  if (typeof data === 'object') parts.push([UDATA.SET_DATABYTEORDER, order(data, (type) => type.order)])
  return parts
}
