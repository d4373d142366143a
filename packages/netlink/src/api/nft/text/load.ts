import { NFT_BITWISE, NFT_BYTEORDER, NFT_HASH } from '../../../netfilter/index.js'
import { windowOf } from '../compile/wire.js'
import { verdictText } from '../elements.js'
import { bytesOf, dataTypes, inOrder, numberIn } from '../types/data-types.js'
import { type Attributes, fieldsAt, loadedSource, rawSource } from './resolve.js'
import { bytesIn, number, type RuleState, type Slot } from './state.js'

// The expressions that change registers.

export function loadPayload(rule: RuleState, { dreg, base, offset, len }: Attributes): boolean {
  const payload = { base, offset: number(offset), length: number(len) }
  const fields = fieldsAt(base, rule.context)
  const at = payload.offset * 8
  const exact = fields.find(
    ({ load, type }) => load.from === 'payload' && load.offset === at && type.bits === payload.length * 8,
  )
  const partly = fields.find(
    ({ load, type }) => load.from === 'payload' && load.offset === at && type.bits > payload.length * 8,
  )
  const window = fields.find(({ load, type }) => {
    if (load.from !== 'payload' || type.bits % 8 === 0) return false
    const own = windowOf(load.offset, type)
    return own.offset === payload.offset && own.length === payload.length
  })
  const source = exact ?? partly ?? window ?? rawSource(base, payload.offset, payload.length)
  return rule.put(dreg, { text: source.text, type: source.type, payload, source })
}

export function loadSource(rule: RuleState, name: string, data: Attributes): boolean {
  if (name === 'hash' && data.type !== NFT_HASH.SYM) return loadHash(rule, data)
  const source = loadedSource(name, data, rule.family)
  if (source === undefined) return false
  return rule.put(data.dreg, { text: source.text, type: source.type, source })
}

function loadHash(rule: RuleState, { sreg, dreg, modulus, seed, offset }: Attributes): boolean {
  const from = rule.get(sreg)
  if (from === undefined) return false
  rule.implied(from.source?.needs)
  const words = [`jhash ${from.text} mod ${modulus}`]
  if (number(seed) !== 0) words.push(`seed 0x${number(seed).toString(16)}`)
  if (number(offset) !== 0) words.push(`offset ${offset}`)
  return rule.put(dreg, { text: words.join(' '), type: dataTypes.group })
}

export function immediate(rule: RuleState, { dreg, data }: Attributes): boolean {
  const { verdict } = (data ?? {}) as { verdict?: Parameters<typeof verdictText>[0] }
  if (verdict !== undefined) rule.say(verdictText(verdict))
  else rule.put(dreg, { text: '', type: dataTypes.mark, bytes: bytesIn(data) })
  return true
}

export function bitwise(rule: RuleState, { sreg, dreg, op, mask, xor, data, len }: Attributes): boolean {
  const slot = rule.get(sreg)
  if (slot === undefined) return false
  if (op === NFT_BITWISE.RSHIFT) {
    // The field of a header is moved to the end of the register.
    const { source } = slot
    const shift = inOrder(bytesIn(data), 'host')
    if (source?.load.from !== 'payload' || windowOf(source.load.offset, source.type).shift !== Number(numberIn(shift)))
      return false
    return rule.put(dreg, { text: source.text, type: source.type, source })
  }
  if (op !== undefined && op !== NFT_BITWISE.MASK_XOR) return false
  return rule.put(dreg, maskedSlot(rule, { ...slot, mask: bytesIn(mask), xor: bytesIn(xor) }, number(len)))
}

/** Returns the slot of a partial field if the mask is that of the field. */
function maskedSlot(rule: RuleState, slot: Slot, length: number): Slot {
  const { payload, mask, xor } = slot
  if (payload === undefined || mask === undefined || xor === undefined || xor.some((byte) => byte !== 0)) return slot
  const field = fieldsAt(payload.base, rule.context).find(({ load, type }) => {
    if (load.from !== 'payload' || type.bits % 8 === 0) return false
    const window = windowOf(load.offset, type)
    const own = bytesOf(((1n << BigInt(type.bits)) - 1n) << BigInt(window.shift), window.length)
    return window.offset === payload.offset && window.length === length && own.equals(mask)
  })
  if (field === undefined) return slot
  return { text: field.text, type: field.type, source: field, payload }
}

export function byteorder(rule: RuleState, { sreg, dreg, op }: Attributes): boolean {
  const slot = rule.get(sreg)
  if (slot === undefined || op !== NFT_BYTEORDER.HTON) return false
  return rule.put(dreg, { ...slot, swapped: true })
}
