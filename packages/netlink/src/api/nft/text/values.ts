import type { SetLayout, WireElement } from '../compile/set.js'
import { type ElementRange, formatInterval, partsOf, rangesOf, verdictText } from '../elements.js'
import { type DataType, inOrder, lengthOf } from '../types/data-types.js'
import { formatDuration } from '../types/units.js'
import { textOfUserdata, UDATA } from '../types/userdata.js'
import { statefulText } from './stateful.js'

/** A set whose elements belong to a rule. */
export interface KnownSet {
  readonly layout: SetLayout
  readonly elements: readonly WireElement[]
  /** Of a map of objects: their type. */
  readonly objects?: string | undefined
}

/** Sets by their names, and the own sets of a rule that is sent by their numbers. */
export type KnownSets = ReadonlyMap<string | number, KnownSet>

/** Returns a value as rules show it: names in quotes. */
export const formatValue = (type: DataType, value: Buffer) => type.format(value, type)

/** Returns the text of a register's bytes. Shorter bytes are a prefix. */
export function registerText(type: DataType, bytes: Buffer, swapped = false): string {
  const order = swapped ? 'big' : type.order
  if (bytes.length < lengthOf(type)) {
    const from = Buffer.concat([bytes, Buffer.alloc(lengthOf(type) - bytes.length)])
    const to = Buffer.concat([bytes, Buffer.alloc(lengthOf(type) - bytes.length, 0xff)])
    return formatInterval(type, from, to, formatValue)
  }
  return formatValue(type, inOrder(bytes.subarray(0, lengthOf(type)), order, type.text))
}

function keyText(types: readonly DataType[], { from, to }: ElementRange): string {
  if (from.length === 0) return '*'
  return types
    .map((type, index) => formatInterval(type, from[index] as Buffer, to[index] as Buffer, formatValue))
    .join(' . ')
}

function dataText({ data, objref }: WireElement, types: readonly DataType[] | undefined): string | undefined {
  if (objref !== undefined) return `"${objref}"`
  if (data?.verdict !== undefined) return verdictText(data.verdict)
  if (data?.value === undefined || types === undefined) return undefined
  const bytes = Buffer.from(data.value)
  return partsOf(types, bytes, (type) => type.order)
    .map((part, index) => formatValue(types[index] as DataType, part))
    .join(' . ')
}

/** Returns the elements of a set in braces. `types` are those of the expressions that are looked up. */
export function setText(
  { layout, elements }: KnownSet,
  types: readonly DataType[],
  data?: readonly DataType[],
): string {
  const known = { ...layout, types }
  const dataTypes = data ?? (typeof layout.data === 'object' ? layout.data : undefined)
  const texts = rangesOf(known, elements).map((range) => {
    const { element } = range
    const own = dataText(element, dataTypes)
    const comment = textOfUserdata(element.userdata, UDATA.COMMENT)
    const states = [element.expr, ...(element.expressions?.elem ?? [])].flatMap((each) =>
      each?.name === undefined ? [] : [` ${statefulText(each.name, each.data ?? {})}`],
    )
    const timeout = element.timeout === undefined ? '' : ` timeout ${formatDuration(element.timeout)}`
    const rest = `${timeout}${states.join('')}${comment === undefined ? '' : ` comment "${comment}"`}`
    return `${keyText(types, range)}${rest}${own === undefined ? '' : ` : ${own}`}`
  })
  return `{ ${texts.join(', ')} }`
}
