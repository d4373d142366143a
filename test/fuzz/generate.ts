import { AF, type Declaration, NLA_F_NESTED, NLA_F_NET_BYTEORDER, type Table } from '@netloom/netlink/codec'
import { neighbourMessage } from '@netloom/netlink/route'
import { type Parts, partsOf } from './parts.js'

/**
 * Numbers that decide what is generated. fast-check generates and shrinks them. After the last one all numbers are 0, so fewer
 * and smaller numbers give a simpler value.
 */
export class Choices {
  #at = 0
  readonly #numbers: ArrayLike<number>

  constructor(numbers: ArrayLike<number>) {
    this.#numbers = numbers
  }

  get left(): boolean {
    return this.#at < this.#numbers.length
  }

  /** Returns a number from 0 to 2³² - 1. */
  next(): number {
    return this.#numbers[this.#at++] ?? 0
  }

  /** Returns a number from 0 to `count` - 1. */
  below(count: number): number {
    return count === 0 ? 0 : this.next() % count
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }
}

type Fields = Record<string, unknown>

/** The enclosing values, from which selections read their selector. */
interface Around {
  readonly members: Fields
  readonly outer: Around | undefined
  readonly depth: number
}

const DEEPEST = 6

/** Returned if no value can be generated: the declaration does not describe itself, or the value would be too deep. */
const NONE = Symbol('none')

function integer(choices: Choices, bits: number, signed: boolean): number | bigint {
  const [low, high] = choices.next() % 4 === 3 ? [choices.next(), choices.next()] : [choices.next() % 260, 0]
  const edge = choices.next() % 8 === 7 ? (1n << BigInt(choices.below(bits))) - 1n : 0n
  const value = edge || (BigInt(high) << 32n) | BigInt(low)
  const fitting = signed ? BigInt.asIntN(bits, value * (low & 1 ? -1n : 1n)) : BigInt.asUintN(bits, value)
  return bits === 64 ? fitting : Number(fitting)
}

const bytesOf = (choices: Choices, length: number) => Buffer.from(Array.from({ length }, () => choices.next() & 255))

const TEXTS = ['', 'eth0', 'a', 'tun', 'ü€', 'x'.repeat(15), 'with space', '\udc80\udcff', '😀', '0123456789'.repeat(3)]

const ipv4 = (choices: Choices) => Array.from(bytesOf(choices, 4)).join('.')

/** Returns an IPv6 address in the decoder's canonical form. */
function ipv6(choices: Choices): string {
  return choices.of([
    '::',
    '::1',
    'fe80::1',
    '2001:db8::',
    '1:2:3:4:5:6:7:8',
    '::ffff:10.0.0.1',
    '1:0:0:2::',
    '2001:db8::a:0:0:1',
  ])
}

const hexPairs = (choices: Choices, length: number) =>
  Array.from(bytesOf(choices, length), (byte) => byte.toString(16).padStart(2, '0')).join(':')

/** Generators of simple payloads, by name of the declaration. */
const plain: Readonly<Record<string, (choices: Choices) => unknown>> = {
  bytes: (choices) => bytesOf(choices, choices.below(20)),
  string: (choices) => choices.of(TEXTS),
  flag: () => true,
  uint: (choices) => integer(choices, 64, false),
  sint: (choices) => integer(choices, 64, true),
  'IP address': (choices) =>
    choices.of([ipv4, ipv6, (more: Choices) => `0x${bytesOf(more, more.of([1, 3, 8])).toString('hex')}`])(choices),
  'IPv4 address': ipv4,
  'IPv6 address': ipv6,
  'link-layer address': (choices) => hexPairs(choices, choices.of([6, 0, 1, 4, 8, 20, 32])),
  'MAC address': (choices) => hexPairs(choices, 6),
}

function fixedValue(parts: Parts, choices: Choices, around: Around): unknown {
  const { layout, size = 0, name } = parts
  const known = plain[name]
  if (known) return known(choices)
  if (layout?.type === 'integer') return integer(choices, size * 8, layout.signed)
  if (layout?.type === 'struct') return structValue(parts, choices, around)
  if (layout?.type === 'array') {
    const values = Array.from({ length: layout.count }, () => valueFor(layout.element, choices, around))
    return values.includes(NONE) ? NONE : values
  }
  if (name.startsWith('char['))
    return choices.of(TEXTS.filter((text) => Buffer.byteLength(text) < size && !/[\udc80-\udcff]/.test(text)))
  return layout?.type === 'bytes' && name === `bytes(${size})` ? bytesOf(choices, size) : NONE
}

function structValue({ members = {} }: Parts, choices: Choices, around: Around): unknown {
  const value: Fields = {}
  for (const [key, member] of Object.entries(members)) {
    if (member.layout.type === 'pad') continue
    // Most selections depend on the family.
    value[key] =
      key === 'family'
        ? choices.of([AF.INET, AF.INET6, AF.BRIDGE, AF.UNSPEC, AF.MPLS])
        : valueFor(member, choices, around)
    if (value[key] === NONE) return NONE
  }
  return value
}

function several(element: Declaration<unknown>, choices: Choices, around: Around, minLength = 0): unknown {
  const values = Array.from({ length: minLength + choices.below(4 - minLength) }, () =>
    valueFor(element, choices, around),
  )
  return values.includes(NONE) ? NONE : values
}

const lookUp = (around: Around | undefined, key: string): unknown => {
  for (let at = around; at; at = at.outer) if (Object.hasOwn(at.members, key)) return at.members[key]
  return undefined
}

/** Converts the key of a case to a number if it is numeric. */
const selectorOf = (key: string) => (/^-?\d+$/.test(key) ? Number(key) : key)

/** Adds a selection and its selector to `value`. */
function choose(
  key: string,
  { selector, outer, cases = {}, otherwise, multi }: Parts,
  value: Fields,
  choices: Choices,
  inner: Around,
): void {
  const has = (name: unknown) => (typeof name === 'string' || typeof name === 'number') && Object.hasOwn(cases, name)
  let payload: Declaration<unknown> | undefined
  if (selector !== undefined) {
    value[selector] ??= selectorOf(choices.of(Object.keys(cases)))
    payload = has(value[selector]) ? cases[value[selector] as string] : undefined
  } else if (outer !== undefined) {
    const name = lookUp(inner, outer)
    payload = has(name) ? cases[name as string] : otherwise
  }
  const chosen = payload && valueFor(payload, choices, inner)
  if (chosen !== undefined && chosen !== NONE) value[key] = multi ? [chosen] : chosen
}

function attributesValue(table: Table, choices: Choices, around: Around): Fields {
  const value: Fields = {}
  const inner: Around = { members: value, outer: around, depth: around.depth + 1 }
  const keys = Object.keys(table)
  const count = around.depth > DEEPEST || !choices.left ? 0 : choices.below(Math.min(7, keys.length + 1))
  for (let n = 0; n < count; n++) {
    const key = choices.of(keys)
    const row = table[key]
    if (row === undefined || Object.hasOwn(value, key)) continue
    const parts = partsOf(row[1])
    if (parts.cases) {
      choose(key, parts, value, choices, inner)
      continue
    }
    const chosen = parts.multi ? several(row[1], choices, inner, 1) : valueFor(row[1], choices, inner)
    if (chosen !== NONE) value[key] = chosen
  }
  if (choices.next() % 16 === 15) unknownAttribute(table, value, choices)
  return value
}

function unknownAttribute(table: Table, value: Fields, choices: Choices): void {
  const number = choices.next() & 0x3fff
  if (Object.values(table).some(([type]) => type === number)) return
  const flags = choices.of([0, NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_F_NESTED | NLA_F_NET_BYTEORDER])
  const payload = bytesOf(choices, choices.below(9))
  value[`?${number}`] = [flags === 0 ? { payload } : { flags, payload }]
}

function messageValue({ header, attrs, key, rest }: Parts, choices: Choices, around: Around): unknown {
  const value = structValue(partsOf(header as never), choices, around)
  const content = attrs ?? rest
  if (value === NONE || content === undefined) return NONE
  const inner: Around = { members: value as Fields, outer: around, depth: around.depth }
  const chosen = valueFor(content, choices, attrs ? inner : around)
  return chosen === NONE ? NONE : { ...(value as Fields), [attrs ? 'attrs' : (key ?? '')]: chosen }
}

/** Removes the length of records, which the encoder computes. */
const withoutLength = (values: unknown) =>
  values === NONE ? NONE : (values as Fields[]).map(({ len: _, ...rest }) => rest)

/** Returns a value of one of the payloads that the choice makes for it. */
function choiceValue({ name, alternatives = [], ofValue }: Parts, choices: Choices, around: Around): unknown {
  // Its bytes are ambiguous for numbers that no setting has.
  if (name === 'IFLA_INET_CONF') return NONE
  // A link message instead of a neighbour's is only recognized for AF_BRIDGE, and if its members have certain values.
  const possible = name === neighbourMessage.name ? alternatives.slice(0, 1) : alternatives
  for (const alternative of [choices.of(possible), ...possible]) {
    const value = valueFor(alternative, choices, around)
    if (value !== NONE && isChosen(alternative, value, around, ofValue)) return value
  }
  return NONE
}

function isChosen(
  alternative: Declaration<unknown>,
  value: unknown,
  around: Around,
  ofValue: Parts['ofValue'],
): boolean {
  try {
    return ofValue?.(value, around) === alternative
  } catch {
    return false
  }
}

function valueFor(declaration: Declaration<unknown>, choices: Choices, around: Around): unknown {
  const parts = partsOf(declaration)
  const { name, table, header, element, target, layout, alternatives } = parts
  if (alternatives) return choiceValue(parts, choices, around)
  if (table) return attributesValue(table, choices, around)
  if (header) return messageValue(parts, choices, around)
  if (layout) return fixedValue(parts, choices, around)
  if (target) return around.depth > DEEPEST ? NONE : valueFor(target, choices, { ...around, depth: around.depth + 1 })
  // A sequence of attributes: each element must have attributes, and only some may follow each other.
  if (declaration.kind === 'array' && element && partsOf(element).table) return NONE
  if (element) {
    if (name.startsWith('indexed(')) {
      const values = several(element, choices, around)
      return values === NONE ? NONE : (values as unknown[]).map((value) => [choices.next() & 0x3fff, value])
    }
    const values = several(element, choices, around)
    return partsOf(element).attrs && name.endsWith('[]') ? withoutLength(values) : values
  }
  return plain[name]?.(choices) ?? NONE
}

/** Generates a value from `numbers`. Returns undefined if the declaration does not describe itself. */
export function generated(declaration: Declaration<unknown>, numbers: ArrayLike<number>): unknown {
  const value = valueFor(declaration, new Choices(numbers), { members: {}, outer: undefined, depth: 0 })
  return value === NONE ? undefined : value
}
