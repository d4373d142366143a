import type { Infer } from '../../codec/index.js'
import { NF, NFT, NFT_SET_ELEM, type nftDataAttrs, type nftVerdictAttrs } from '../../netfilter/index.js'
import { constructorOf } from '../values/objects.js'
import { orderIn, padded, type SetLayout, type WireElement } from './compile/set.js'
import { counterIn } from './decode.js'
import { prefixLength } from './expression/value.js'
import { bytesOf, type DataType, inOrder, lengthOf, numberIn, textIn } from './types/data-types.js'
import { textOfUserdata, UDATA } from './types/userdata.js'
import type { NftElement, NftElementKey } from './types.js'

const verdictWords: Readonly<Record<number, string>> = {
  ...{ [NF.DROP]: 'drop', [NF.ACCEPT]: 'accept', [NFT.CONTINUE]: 'continue', [NFT.BREAK]: 'break' },
  ...{ [NFT.JUMP]: 'jump', [NFT.GOTO]: 'goto', [NFT.RETURN]: 'return' },
}

/** Returns nft's text of a verdict. */
export function verdictText({ code = 0, chain }: Infer<typeof nftVerdictAttrs>): string {
  const word = verdictWords[code] ?? `verdict ${code}`
  return chain === undefined ? word : `${word} ${chain}`
}

/** Formats a value: without quotes, unlike in the text of a rule. */
export const plain = (type: DataType, value: Buffer) => (type.text ? textIn(value) : type.format(value, type))

/** Returns the values of a concatenation, most significant byte first. */
export function partsOf(
  types: readonly DataType[],
  bytes: Buffer,
  orderOf: (type: DataType) => DataType['order'],
): Buffer[] {
  let at = 0
  return types.map((type) => {
    const part = bytes.subarray(at, at + lengthOf(type))
    at += types.length > 1 ? padded(type) : lengthOf(type)
    return inOrder(part, orderOf(type), type.text)
  })
}

/** Formats an end of a range: words are left out, like in nft. */
const endText = (type: DataType, value: Buffer, one: (type: DataType, value: Buffer) => string) =>
  type.words === undefined ? one(type, value) : type.formatNumber(value, type)

/** Formats an interval: a value, a prefix, a range, or a name with `*`. */
export function formatInterval(
  type: DataType,
  from: Buffer,
  to: Buffer,
  one: (type: DataType, value: Buffer) => string,
): string {
  if (from.equals(to)) return one(type, from)
  const bits = type.words === undefined ? prefixLength({ from, to }) : undefined
  if (type.text && bits !== undefined && bits % 8 === 0) {
    const name = `${from.toString('utf8', 0, bits / 8)}*`
    return one === plain ? name : `"${name}"`
  }
  const isAddress = type.bits === 128 || type.bits === 32 ? type.name.endsWith('_addr') : false
  if (bits !== undefined && isAddress) return `${one(type, from)}/${bits}`
  return `${endText(type, from, one)}-${endText(type, to, one)}`
}

const dataValue = (data: Infer<typeof nftDataAttrs> | undefined) => Buffer.from(data?.value ?? [])

/** An element, with the ends of its interval. */
export interface ElementRange {
  readonly element: WireElement
  /** Values of the parts, most significant byte first; none for the element of all other values. */
  readonly from: readonly Buffer[]
  readonly to: readonly Buffer[]
}

const hasFlag = ({ flags = 0 }: WireElement, flag: number) => (flags & flag) !== 0

/** Joins the elements that are the ends of intervals with those before them. */
export function rangesOf(layout: SetLayout, elements: readonly WireElement[]): ElementRange[] {
  const { types, interval } = layout
  const parts = (data: Infer<typeof nftDataAttrs> | undefined) =>
    partsOf(types, dataValue(data), (type) => orderIn(layout, type))
  const one = (element: WireElement): ElementRange => {
    const from = hasFlag(element, NFT_SET_ELEM.CATCHALL) ? [] : parts(element.key)
    return { element, from, to: element.keyEnd === undefined ? from : parts(element.keyEnd) }
  }
  const [type] = types
  if (!interval || types.length > 1 || type === undefined) return elements.map(one).sort(byValue)
  const length = lengthOf(type)
  const last = bytesOf((1n << BigInt(length * 8)) - 1n, length)
  const catchAll = elements.filter((each) => hasFlag(each, NFT_SET_ELEM.CATCHALL))
  const sorted = elements
    .filter((each) => !hasFlag(each, NFT_SET_ELEM.CATCHALL))
    .map((element) => ({ element, key: dataValue(element.key) }))
    // An end has the value behind its interval, where the next one may start.
    .sort((a, b) => Buffer.compare(a.key, b.key) || Number(isEnd(b.element)) - Number(isEnd(a.element)))
  const ranges: ElementRange[] = []
  for (const [index, { element, key }] of sorted.entries()) {
    if (isEnd(element)) continue
    const next = sorted[index + 1]
    const to = next === undefined ? last : bytesOf(numberIn(next.key) - 1n, length)
    ranges.push({ element, from: [key], to: [to] })
  }
  return [...ranges, ...catchAll.map(one)]
}

/** Compares elements as nft sorts them: by their values, the element of all others last. */
function byValue(a: ElementRange, b: ElementRange): number {
  for (const [index, value] of a.from.entries()) {
    const order = Buffer.compare(value, b.from[index] ?? value)
    if (order !== 0) return order
  }
  return b.from.length - a.from.length
}

const isEnd = (element: WireElement) => hasFlag(element, NFT_SET_ELEM.INTERVAL_END)

const unwrapped = (values: readonly (string | number)[]): NftElementKey =>
  values.length === 1 ? (values[0] as string | number) : values

/** Returns numbers as such, unless they may exceed what a number holds, or have words. */
export const asValue = (type: DataType, text: string) =>
  type.words === undefined && type.bits <= 32 && /^\d+$/.test(text) ? Number(text) : text

/** Returns the data of an element of a map. */
function dataOf(layout: SetLayout, { data, objref }: WireElement): NftElementKey | undefined {
  if (objref !== undefined) return objref
  if (data === undefined || layout.data === undefined) return undefined
  if (data.verdict !== undefined) return verdictText(data.verdict)
  const types = layout.data === 'verdict' ? [] : layout.data
  const values = partsOf(types, dataValue(data), (type) => type.order)
  return unwrapped(types.map((type, index) => asValue(type, plain(type, values[index] as Buffer))))
}

const ElementObject = constructorOf<NftElement, { layout: SetLayout; range: ElementRange }>(function ({
  layout,
  range,
}) {
  const { element, from, to } = range
  const data = dataOf(layout, element)
  const comment = textOfUserdata(element.userdata, UDATA.COMMENT)
  const all = [element.expr, ...(element.expressions?.elem ?? [])]
  const counter = all.find((each) => each?.name === 'counter')
  const key = (from.length === 0 ? [] : layout.types).map((type, index) =>
    asValue(type, formatInterval(type, from[index] as Buffer, to[index] as Buffer, plain)),
  )
  this.key = from.length === 0 ? '*' : unwrapped(key)
  if (data !== undefined) this.data = data
  if (element.timeout !== undefined) this.timeout = Number(element.timeout)
  if (element.expiration !== undefined) this.expires = Number(element.expiration)
  if (comment !== undefined) this.comment = comment
  if (counter !== undefined) this.counter = counterIn(counter.data as { packets?: bigint; bytes?: bigint })
})

/** Converts the elements of a set. */
export function toElements(layout: SetLayout, elements: readonly WireElement[]): NftElement[] {
  return rangesOf(layout, elements).map((range) => new ElementObject({ layout, range }))
}
