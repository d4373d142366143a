import { NFT_DYNSET_OP, NFT_LOOKUP_F } from '../../../netfilter/index.js'
import { padded } from '../compile/set.js'
import { isMessageType } from '../expression/source.js'
import { bytesOf, type DataType, dataTypes, lengthOf, numberIn } from '../types/data-types.js'
import { formatDuration } from '../types/units.js'
import type { Attributes } from './resolve.js'
import { number, offsetOf, type ReadExpression, type RuleState, type Slot } from './state.js'
import { newStateText } from './stateful.js'
import { objrefText } from './statements.js'
import { type KnownSet, setText } from './values.js'

// The expressions that refer to sets.

const updates: Readonly<Record<number, string>> = {
  [NFT_DYNSET_OP.ADD]: 'add',
  [NFT_DYNSET_OP.UPDATE]: 'update',
  [NFT_DYNSET_OP.DELETE]: 'delete',
}

/** Returns the type of the values that a register is looked up with: nft shifts the elements of a set instead of a field. */
function typeOf({ type, window }: Slot): DataType {
  if (window === undefined || window.shift === 0) return type
  const value = (bytes: Buffer) => bytesOf(numberIn(bytes) >> BigInt(window.shift), lengthOf(type))
  return {
    ...{ ...type, bits: window.length * 8 },
    format: (bytes) => type.format(value(bytes), type),
    formatNumber: (bytes) => type.formatNumber(value(bytes), type),
  }
}

/** Returns the slots that a key of this many bytes consists of. */
function keyIn(
  rule: RuleState,
  register: unknown,
  types: readonly DataType[] | undefined,
): { text: string; types: DataType[] } | undefined {
  const slots: Slot[] = []
  let at = offsetOf(register)
  for (let count = types?.length ?? 1; count > 0; count--) {
    const slot = rule.registers.get(at)
    if (slot === undefined) return undefined
    slots.push(slot)
    at += padded(slot.type)
  }
  for (const { source } of slots) rule.implied(source?.needs)
  return { text: slots.map(({ text }) => text).join(' . '), types: slots.map(typeOf) }
}

/** Returns the first bytes of a set's elements. */
const bytesOfKeys = ({ elements }: KnownSet) => elements.map(({ key }) => key?.value?.[0] ?? 0)

/** Returns a set. A rule that is sent names its own sets by numbers: their names are the same until the kernel adds them. */
const knownSet = ({ sets }: RuleState, name: string, id: unknown) => sets.get((id as number | undefined) ?? name)

export function lookup(rule: RuleState, { set, setId, sreg, dreg, flags }: Attributes): boolean {
  const name = String(set)
  const known = knownSet(rule, name, setId)
  const key = keyIn(rule, sreg, known?.layout.types)
  if (key === undefined) return false
  const isAnonymous = name.startsWith('__')
  if (isAnonymous && known === undefined) return false
  const elements = isAnonymous && known ? setText(known, key.types) : `@${name}`
  const isNot = (number(flags) & NFT_LOOKUP_F.INV) !== 0
  if (dreg === undefined) {
    rule.say(`${key.text} ${isNot ? '!= ' : ''}${elements}`)
    if (!isNot && isMessageType(key.text) && known && !known.layout.interval) rule.context.messages = bytesOfKeys(known)
  } else if (number(dreg) === 0) rule.say(`${key.text} vmap ${elements}`)
  else {
    const types = typeof known?.layout.data === 'object' ? known.layout.data : [dataTypes.mark]
    rule.put(dreg, {
      text: `${key.text} map ${elements}`,
      type: types[0] ?? dataTypes.mark,
      isMap: true,
    })
  }
  return true
}

export function dynset(rule: RuleState, data: Attributes): boolean {
  const known = rule.sets.get(String(data.setName))
  const key = keyIn(rule, data.sregKey, known?.layout.types)
  if (key === undefined) return false
  const list = (data.expressions as { elem?: readonly ReadExpression[] } | undefined)?.elem ?? []
  const states = [data.expr as ReadExpression | undefined, ...list].flatMap((each) =>
    each?.name === undefined ? [] : [` ${newStateText(each.name, (each.data ?? {}) as Attributes)}`],
  )
  const timeout = number(data.timeout) === 0 ? '' : ` timeout ${formatDuration(data.timeout as bigint)}`
  const own = data.sregData === undefined ? undefined : rule.registerText(data.sregData, dataTypes.mark)
  rule.say(
    `${updates[number(data.op)] ?? 'update'} @${data.setName} { ${key.text}${timeout}${states.join('')}${own === undefined ? '' : ` : ${own}`} }`,
  )
  return true
}

export function objref(rule: RuleState, data: Attributes): boolean {
  if (data.setName === undefined) {
    rule.say(objrefText(data))
    return true
  }
  const set = String(data.setName)
  const known = knownSet(rule, set, data.setId)
  const key = keyIn(rule, data.setSreg, known?.layout.types)
  if (key === undefined) return false
  const elements = set.startsWith('__') && known ? setText(known, key.types) : `@${set}`
  rule.say(`${known?.objects ?? 'counter'} name ${key.text} map ${elements}`)
  return true
}
