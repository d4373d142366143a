import { NFT_BITWISE, NFT_BYTEORDER, NFT_HASH } from '../../../netfilter/index.js'
import { maskOfBits, shifted } from '../compile/builder.js'
import { partOf } from '../compile/wire.js'
import { verdictText } from '../elements.js'
import { dataTypes, inOrder, numberIn } from '../types/data-types.js'
import { type Attributes, fieldsAt, loadedSource, partsAt, rawSource } from './resolve.js'
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
  const parts = partsAt('payload', { base, offset, len }, rule.context)
  const source = exact ?? partly ?? rawSource(base, payload.offset, payload.length)
  return rule.put(dreg, { text: source.text, type: source.type, payload, source, parts })
}

export function loadSource(rule: RuleState, name: string, data: Attributes): boolean {
  if (name === 'hash' && data.type !== NFT_HASH.SYM) return loadHash(rule, data)
  const parts = name === 'exthdr' ? partsAt(name, data, rule.context) : []
  const source = loadedSource(name, data, rule.family) ?? parts[0]
  if (source === undefined) return false
  return rule.put(data.dreg, { text: source.text, type: source.type, source, parts })
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

export function bitwise(rule: RuleState, { sreg, dreg, op, mask, xor, data }: Attributes): boolean {
  const slot = rule.get(sreg)
  if (slot === undefined) return false
  if (op === NFT_BITWISE.RSHIFT) {
    // The field of a header is moved to the end of the register.
    const { text, type, source, window } = slot
    const shift = inOrder(bytesIn(data), 'host')
    if (source === undefined || window?.shift !== Number(numberIn(shift))) return false
    return rule.put(dreg, { text, type, source })
  }
  if (op !== undefined && op !== NFT_BITWISE.MASK_XOR) return false
  return rule.put(dreg, maskedSlot({ ...slot, mask: bytesIn(mask), xor: bytesIn(xor) }))
}

/** Returns the slot of a partial field if the mask is that of the field. */
function maskedSlot(slot: Slot): Slot {
  const { parts = [], mask, xor } = slot
  if (mask === undefined || xor === undefined || xor.some((byte) => byte !== 0)) return slot
  for (const source of parts) {
    const window = partOf(source)
    if (window && shifted(maskOfBits(source.type.bits), window.shift, window.length).equals(mask))
      return { text: source.text, type: source.type, source, window }
  }
  return slot
}

export function byteorder(rule: RuleState, { sreg, dreg, op }: Attributes): boolean {
  const slot = rule.get(sreg)
  if (slot === undefined) return false
  // The bytes of a field are converted to a number before they are shifted.
  if (op === NFT_BYTEORDER.NTOH) return slot.window !== undefined && rule.put(dreg, slot)
  return rule.put(dreg, { ...slot, swapped: true })
}
