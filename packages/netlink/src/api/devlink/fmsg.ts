import { setOwn } from '../../codec/own.js'
import { DEVLINK_VAR_ATTR_TYPE, type DevlinkFmsgItem } from '../../generic/devlink/index.js'

/** A value of a report: an object, a list, or a plain value. Bytes are a Buffer, 64-bit numbers are bigints. */
export type DevlinkReport =
  | string
  | number
  | bigint
  | boolean
  | Buffer
  | readonly DevlinkReport[]
  | { readonly [name: string]: DevlinkReport }

/** The content of a nest. */
interface Content {
  /** Pairs of a name and a value. */
  readonly pairs: Record<string, DevlinkReport>
  readonly values: DevlinkReport[]
}

const isEmpty = (object: object) => Object.keys(object).length === 0

/** Returns the parts of a content: the object of its pairs and its values. */
const partsOf = ({ pairs, values }: Content): DevlinkReport[] => (isEmpty(pairs) ? values : [pairs, ...values])

/** Returns a content as one value. */
function contentValue(content: Content): DevlinkReport {
  const parts = partsOf(content)
  return parts.length === 1 ? (parts[0] as DevlinkReport) : parts.length === 0 ? {} : parts
}

/** Returns a list. Bytes that drivers send in pieces are one Buffer. */
function listOf(content: Content): DevlinkReport {
  const parts = partsOf(content)
  return parts.length > 0 && parts.every((part): part is Buffer => part instanceof Buffer)
    ? Buffer.concat(parts)
    : parts
}

/** Adds pairs. A name may be `__proto__`. */
function addPairs(to: Content['pairs'], pairs: Content['pairs']): void {
  for (const [name, value] of Object.entries(pairs)) setOwn(to, name, value)
}

/** Reads the items of a nest up to its end. */
function read(items: Iterator<DevlinkFmsgItem, undefined>): Content {
  const content: Content = { pairs: {}, values: [] }
  let name: string | undefined
  for (let { value: item } = items.next(); item !== undefined && !item.fmsgNestEnd; { value: item } = items.next()) {
    if (item.fmsgObjName !== undefined) name = item.fmsgObjName
    else if (item.fmsgPairNestStart) addPairs(content.pairs, read(items).pairs)
    else if (item.fmsgObjNestStart) content.values.push(contentValue(read(items)))
    else if (item.fmsgArrNestStart) content.values.push(listOf(read(items)))
    else if (item.fmsgObjValueData !== undefined) content.values.push(plain(item))
  }
  if (name === undefined) return content
  return { pairs: { [name]: contentValue(content) }, values: [] }
}

/** Returns the value of an item. */
const plain = ({ fmsgObjValueType, fmsgObjValueData }: DevlinkFmsgItem): DevlinkReport =>
  (fmsgObjValueType === DEVLINK_VAR_ATTR_TYPE.FLAG ? fmsgObjValueData !== 0 : fmsgObjValueData) as DevlinkReport

/** Converts the steps of a report, which may be split between messages, to plain objects. */
export const reportOf = (items: readonly DevlinkFmsgItem[]): DevlinkReport =>
  contentValue(read(items[Symbol.iterator]() as Iterator<DevlinkFmsgItem, undefined>))
