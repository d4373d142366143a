import { NFT_CMP, NFT_RANGE } from '../../../netfilter/index.js'
import type { Source } from '../expression/source.js'
import { maskOf } from '../expression/value.js'
import { bytesOf, type DataType, inOrder, lengthOf, numberIn } from '../types/data-types.js'
import { type Attributes, fieldsAt } from './resolve.js'
import { bytesIn, number, type RuleState, type Slot } from './state.js'
import { formatValue, registerText } from './values.js'

// The expressions that compare a register.

const comparisons = {
  [NFT_CMP.EQ]: '',
  [NFT_CMP.NEQ]: '!= ',
  [NFT_CMP.LT]: '< ',
  [NFT_CMP.LTE]: '<= ',
  [NFT_CMP.GT]: '> ',
  [NFT_CMP.GTE]: '>= ',
} as Readonly<Record<number, string>>

export function cmp(rule: RuleState, { sreg, op, data }: Attributes): boolean {
  const slot = rule.get(sreg)
  const value = bytesIn(data)
  const pending = rule.pendingRange
  if (slot === undefined || slot.bytes !== undefined || slot.isMap) return false
  if (pending !== undefined && pending.slot === slot && op === NFT_CMP.LTE) {
    rule.pendingRange = undefined
    rule.say(`${slot.text} ${rangeText(slot, pending.from, value)}`)
    return true
  }
  rule.flush()
  if (op === NFT_CMP.GTE) {
    rule.implied(slot.source?.needs)
    rule.pendingRange = { slot, from: value, text: `${slot.text} >= ${valueText(slot, value)}` }
    return true
  }
  const sign = comparisons[number(op)]
  if (sign === undefined) return false
  if (op === NFT_CMP.EQ && slot.payload !== undefined && slot.mask === undefined && several(rule, slot, value))
    return true
  // nft keeps the check for a VLAN in front of the type behind it.
  rule.implied(slot.text === 'vlan type' ? {} : slot.source?.needs)
  if (slot.mask !== undefined) return maskedMatch(rule, slot, number(op), value)
  const implies =
    op === NFT_CMP.EQ ? rule.note(slot.text, Number(numberIn(inOrder(value, slot.type.order)))) : undefined
  rule.say(`${slot.text} ${sign}${valueText(slot, value)}`, implies)
  return true
}

/** Returns the text of a range that a slot is compared with. */
function rangeText(slot: Slot, from: Buffer, to: Buffer): string {
  const { type } = slot
  const numbers = type.words === undefined ? slot : { ...slot, type: { ...type, format: type.formatNumber } }
  return `${valueText(numbers, from)}-${valueText(numbers, to)}`
}

/** Returns the text of a value that a slot is compared with. */
function valueText({ type, window, swapped }: Slot, value: Buffer): string {
  if (window !== undefined) return formatValue(type, bytesOf(numberIn(value) >> BigInt(window.shift), lengthOf(type)))
  return registerText(type, value, swapped)
}

/** Handles bytes that contain several fields: nft compares them at once. */
function several(rule: RuleState, { payload, source }: Slot, value: Buffer): boolean {
  const fields = payload === undefined || !source?.text.startsWith('@') ? [] : fieldsIn(rule, payload)
  if (payload === undefined || fields.length < 2) return false
  for (const field of fields) {
    const start = (field.load as { offset: number }).offset / 8 - payload.offset
    const part = value.subarray(start, start + lengthOf(field.type))
    rule.implied(field.needs)
    rule.say(`${field.text} ${registerText(field.type, part)}`, rule.note(field.text, Number(numberIn(part))))
  }
  return true
}

/** Returns the fields that fill some bytes of a header exactly; none if they do not. */
function fieldsIn(rule: RuleState, payload: NonNullable<Slot['payload']>): Source[] {
  const fields = fieldsAt(payload.base, rule.context)
  const found: Source[] = []
  let at = payload.offset * 8
  const end = at + payload.length * 8
  while (at < end) {
    const next = fields.find(({ load, type }) => load.from === 'payload' && load.offset === at && type.bits % 8 === 0)
    if (next === undefined) return []
    found.push(next)
    at += next.type.bits
  }
  return at === end ? found : []
}

function maskedMatch(rule: RuleState, slot: Slot, op: number, value: Buffer): boolean {
  const { type, text, swapped } = slot
  const mask = inOrder(slot.mask as Buffer, swapped ? 'big' : type.order, type.text)
  const bytes = inOrder(value, swapped ? 'big' : type.order, type.text)
  if (slot.xor?.some((byte) => byte !== 0)) return false
  const isZero = bytes.every((byte) => byte === 0)
  const sign = op === NFT_CMP.EQ ? '== ' : comparisons[op]
  if (type.flags && isZero && (op === NFT_CMP.NEQ || op === NFT_CMP.EQ)) {
    rule.say(`${text} ${op === NFT_CMP.EQ ? '! ' : ''}${formatValue(type, mask)}`)
  } else {
    const word = (each: Buffer, zero: string) =>
      each.every((byte) => byte === 0)
        ? zero
        : type.name === 'integer'
          ? `0x${numberIn(each).toString(16)}`
          : formatValue(type, each)
    const bits = leadingBits(mask)
    const isAddress = type.name.endsWith('_addr')
    if (bits !== undefined && isAddress)
      rule.say(`${text} ${op === NFT_CMP.EQ ? '' : sign}${formatValue(type, bytes)}/${bits}`)
    else rule.say(`${text} & ${flagList(word(mask, '0x0'))} ${sign}${flagList(word(bytes, zeroOf(type)))}`)
  }
  return true
}

export function range(rule: RuleState, { sreg, op, fromData, toData }: Attributes): boolean {
  const slot = rule.get(sreg)
  if (slot === undefined || slot.bytes !== undefined) return false
  rule.implied(slot.source?.needs)
  const [from, to] = [bytesIn(fromData), bytesIn(toData)]
  const isNot = op === NFT_RANGE.NEQ
  if (isNot && slot.type.cyclic) rule.say(`${slot.text} ${rangeText(slot, to, from)}`)
  else rule.say(`${slot.text} ${isNot ? '!= ' : ''}${rangeText(slot, from, to)}`)
  return true
}

/** Returns the number of leading bits that are set; undefined if others are set too. */
const leadingBits = (mask: Buffer) =>
  Array.from({ length: mask.length * 8 + 1 }, (_, bits) => bits).find((bits) => maskOf(bits, mask.length).equals(mask))

/** Returns flags as nft combines them in a mask: `(syn | ack)`. */
const flagList = (text: string) => (text.includes(',') ? `(${text.replaceAll(',', ' | ')})` : text)

/** Returns nft's text of zero in a comparison with a mask. */
const zeroOf = (type: DataType) => (type.name === 'mark' ? '0x00000000' : type.flags ? '0' : '0x0')
