import { bytesOf, lengthOf, numberIn, onesOf } from '../types/data-types.js'
import { type Attributes, ctSource, fieldsAt, loadedSource, metaSource } from './resolve.js'
import { maskedText, number, type RuleState } from './state.js'
import { formatValue } from './values.js'

// The expressions that change packets and connections.

export function setSource(rule: RuleState, name: string, data: Attributes): boolean {
  const target =
    name === 'meta'
      ? metaSource(data.key)
      : name === 'ct'
        ? ctSource(data.key, data.direction, rule.family)
        : loadedSource(name, data, rule.family)
  const value = target && rule.registerText(data.sreg, target.type)
  if (target === undefined || value === undefined) return false
  rule.implied(target.needs)
  rule.say(`${target.text} set ${value}`)
  return true
}

export function setPayload(rule: RuleState, { sreg, base, offset, len }: Attributes): boolean {
  const slot = rule.get(sreg)
  const [at, length] = [number(offset) * 8, number(len)]
  const fields = fieldsAt(base, rule.context)
  if (slot?.mask !== undefined && slot.xor !== undefined) {
    // A part of the bytes is replaced: the mask has the other bits.
    const [mask, xor] = [numberIn(slot.mask), numberIn(slot.xor)]
    const changed = xor | (mask ^ ((1n << BigInt(length * 8)) - 1n))
    for (const field of fields) {
      const { load, type } = field
      if (load.from !== 'payload') continue
      const shift = BigInt(at + length * 8 - load.offset - type.bits)
      if (shift < 0n || load.offset < at || changed === 0n || (changed & ~(onesOf(type) << shift)) !== 0n) continue
      const part = (bits: bigint) => bytesOf((bits >> shift) & onesOf(type), lengthOf(type))
      const isConstant = (mask & (onesOf(type) << shift)) === 0n
      const combined = { text: field.text, type: { ...type, order: 'big' } } as const
      rule.implied(field.needs)
      rule.say(
        `${field.text} set ${isConstant ? formatValue(type, part(xor)) : maskedText(combined, part(mask), part(xor))}`,
      )
      return true
    }
    return false
  }
  const field = fields.find(
    ({ load, type }) => load.from === 'payload' && load.offset === at && type.bits === length * 8,
  )
  const value = field && rule.registerText(sreg, field.type)
  if (field === undefined || value === undefined) return false
  rule.implied(field.needs)
  rule.say(`${field.text} set ${value}`)
  return true
}
