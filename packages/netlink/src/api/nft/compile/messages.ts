import { ArgumentError, isRecord } from '../../../codec/error.js'
import { show } from '../../../codec/index.js'
import { NFT_SET_ELEM } from '../../../netfilter/index.js'
import { checkKeys } from '../../values/objects.js'
import type { VerdictStatement } from '../expression/statement.js'
import { parseKey, parseValue } from '../expression/value.js'
import type { NewNftElement } from '../spec.js'
import { type DataType, typeNamed } from '../types/data-types.js'
import { objectTypes } from '../types/flags.js'
import { parseDuration } from '../types/units.js'
import { encodeUserdata, UDATA } from '../types/userdata.js'
import type { NftElementKey, NftMapData } from '../types.js'
import { encodeData, encodeKey, encodeVerdict, type SetLayout, type WireElement } from './set.js'

/** A message of a transaction. */
export interface NftMessage {
  readonly name: string
  readonly family: number
  readonly attrs: object
  readonly options: { readonly create?: true; readonly append?: true; readonly replace?: true }
  /** Describes the object in errors. */
  readonly object: string
  /** Describes the part of the object that an attribute belongs to. */
  readonly partOf?: (attribute: string) => string | undefined
}

/** Bytes of elements in one message. An attribute has at most 65,535. */
const ELEMENT_BYTES = 48 * 1024
/** Least number of bytes of an element's attributes. */
const ELEMENT_COST = 24

const costOf = ({ key, keyEnd, data, userdata }: WireElement) =>
  ELEMENT_COST +
  (key?.value?.length ?? 0) +
  (keyEnd?.value ? 12 + keyEnd.value.length : 0) +
  (data?.value ? 12 + data.value.length : 0) +
  (data?.verdict ? 64 + (data.verdict.chain?.length ?? 0) : 0) +
  (userdata?.length ?? 0) +
  64

/** Divides elements into lists that fit into an attribute. */
export function chunks(elements: readonly WireElement[]): WireElement[][] {
  const lists: WireElement[][] = []
  let room = 0
  for (const element of elements) {
    const cost = costOf(element)
    if (room < cost) {
      lists.push([])
      room = ELEMENT_BYTES
    }
    room -= cost
    lists.at(-1)?.push(element)
  }
  return lists
}

/** Returns the types that a set is declared with. @throws {TypeError} */
export const parseTypes = (key: string, type: unknown): DataType[] =>
  (Array.isArray(type) ? type : [type]).map((name) => typeNamed(key, name))

/** True for maps whose elements refer to objects. */
export const isObjectData = (data: NftMapData | undefined): data is keyof typeof objectTypes =>
  typeof data === 'string' && Object.hasOwn(objectTypes, data)

/** Returns the types of a set. @throws {TypeError} */
export function parseLayout(set: {
  readonly type: unknown
  readonly data?: NftMapData | undefined
  readonly flags?: readonly string[] | undefined
}): SetLayout {
  const { type, data, flags = [] } = set
  const types = parseTypes('type', type)
  const interval = flags.includes('interval')
  if (data === undefined || isObjectData(data)) return { types, interval }
  return { types, interval, data: data === 'verdict' ? 'verdict' : parseTypes('data', data) }
}

const elementKeys = { key: 1, data: 1, timeout: 1, comment: 1 } satisfies Record<keyof NewNftElement, unknown>

const isElement = (value: unknown): value is NewNftElement => isRecord(value) && !Array.isArray(value)

function encodeElementData(name: string, layout: SetLayout, data: unknown): object {
  if (data === undefined) return {}
  if (layout.data === undefined) {
    if (typeof data !== 'string')
      throw new ArgumentError(`expected ${name} to be the name of an object, got ${show(data)}`)
    return { objref: data }
  }
  if (layout.data === 'verdict') {
    if (!isRecord(data) || data.is !== 'verdict')
      throw new ArgumentError(`expected ${name} to be a verdict like accept(), got ${show(data)}`)
    return { data: encodeVerdict(data as unknown as VerdictStatement) }
  }
  const parts = Array.isArray(data) ? data : [data]
  if (parts.length !== layout.data.length)
    throw new ArgumentError(`expected ${name} to have ${layout.data.length} values, got ${show(data)}`)
  const values = layout.data.map((type, index) => parseValue(name, type, parts[index]))
  return { data: { value: encodeData(layout.data, values) } }
}

/** Returns the attributes of elements. @throws {TypeError} naming the element */
export function encodeElements(layout: SetLayout, elements: readonly (NftElementKey | NewNftElement)[]): WireElement[] {
  return elements.flatMap((each, index) => {
    const element = isElement(each) ? each : { key: each }
    if (isElement(each)) checkKeys(`element ${index}`, each, elementKeys)
    const { key, data, timeout, comment } = element as NewNftElement
    const userdata = comment === undefined ? undefined : encodeUserdata([[UDATA.COMMENT, comment]])
    const rest = {
      ...encodeElementData(`data of element ${index}`, layout, data),
      ...(timeout !== undefined && { timeout: parseDuration(`timeout of element ${index}`, timeout) }),
      ...(userdata && { userdata }),
    }
    if (key === '*') return [{ flags: NFT_SET_ELEM.CATCHALL, ...rest }]
    return encodeKey(layout, parseKey(`key of element ${index}`, layout.types, key), rest)
  })
}
