import { bytesOf, lengthOf, numberIn } from '../types/data-types.js'
import { type Attributes, ctSource, fieldsAt, loadedSource, metaSource } from './resolve.js'
import { number, type RuleState } from './state.js'
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
    // A part of two bytes is replaced: the mask has the other bits.
    const clear = numberIn(slot.mask) ^ ((1n << BigInt(length * 8)) - 1n)
    const field = fields.find(({ load, type }) => {
      if (load.from !== 'payload') return false
      const shift = at + length * 8 - load.offset - type.bits
      return shift >= 0 && load.offset >= at && clear === ((1n << BigInt(type.bits)) - 1n) << BigInt(shift)
    })
    if (field === undefined || field.load.from !== 'payload') return false
    const shift = BigInt(at + length * 8 - field.load.offset - field.type.bits)
    const value = bytesOf(numberIn(slot.xor) >> shift, lengthOf(field.type))
    rule.implied(field.needs)
    rule.say(`${field.text} set ${formatValue(field.type, value)}`)
    return true
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
