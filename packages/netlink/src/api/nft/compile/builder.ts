import { ArgumentError } from '../../../codec/error.js'
import type { Interval, Source, Sources } from '../expression/source.js'
import type { Input, Lookup } from '../expression/statement.js'
import { isSingle } from '../expression/value.js'
import { bytesOf, dataTypes, inOrder, lengthOf, numberIn, onesOf } from '../types/data-types.js'
import type { NftFamily } from '../types/names.js'
import { u32 } from '../types/userdata.js'
import { Dependencies } from './dependencies.js'
import type { SetUse } from './reference.js'
import { padded, type SetLayout } from './set.js'
import {
  bitwise,
  byteorder,
  cmp,
  expression,
  immediate,
  loading,
  partOf,
  registerAt,
  shiftRight,
  type Window,
  type WireExpression,
} from './wire.js'

/** The sets that a rule refers to. */
export interface SetScope {
  /** Creates a set for the elements of a rule, and returns what refers to it. */
  anonymous(layout: SetLayout, lookup: Extract<Lookup<unknown>, { elements: unknown }>): { set: string; setId: number }
  /** Returns whether the keys of a named set are intervals. @throws {TypeError} if the set has other types than the rule */
  isInterval(name: string, use: SetUse): boolean
}

/** The expressions of a rule so far. */
export class RuleBuilder {
  readonly family: NftFamily
  readonly sets: SetScope
  /** The headers that the rule has checked. */
  readonly known: Dependencies
  readonly expressions: WireExpression[] = []

  constructor(family: NftFamily, sets: SetScope) {
    this.family = family
    this.sets = sets
    this.known = new Dependencies(family)
  }

  push(...expressions: readonly WireExpression[]): void {
    this.expressions.push(...expressions)
  }

  require(source: Source): void {
    this.push(...this.known.require(source.needs, source.text))
    const messages = source.needs?.messages
    if (messages !== undefined && this.known.needsMessage(messages, source.text)) this.#requireMessage(source, messages)
  }

  /** Checks for the type of an ICMP message, which is its first byte. */
  #requireMessage({ load, needs }: Source, messages: readonly number[]): void {
    if (load.from !== 'payload') return
    const type = needs?.network === 'ip6' ? dataTypes.icmp6Type : dataTypes.icmpType
    const values = messages.map((message) => Buffer.from([message]))
    const [only] = values.length === 1 ? values : []
    const elements = values.map((value) => ({ key: [{ from: value, to: value }], data: undefined }))
    const set = only === undefined ? this.sets.anonymous({ types: [type], interval: false }, { elements }) : undefined
    const field = loading({ from: 'payload', base: load.base, offset: 0 }, type, 1)
    this.push(field, only === undefined ? expression('lookup', { ...set, sreg: 1 }) : cmp('eq', only))
  }

  /** Loads a value into a register, as the host or the packet has it. */
  load(source: Source, register: number, length?: number): void {
    const { load, type } = source
    if (load.from !== 'hash') {
      this.push(loading(load, type, register, length))
      return
    }
    // The hash is computed from another register.
    const from = register + 1
    this.load(load.of, from)
    this.#align(from, load.of)
    const { modulus, seed, offset } = load
    const len = lengthOf(load.of.type)
    this.push(
      expression('hash', { sreg: from, dreg: register, len, modulus, ...(seed !== undefined && { seed }), offset }),
    )
  }

  /** Loads the key of a lookup. Returns the number of bytes. */
  loadKey(sources: Sources, interval: boolean): number {
    for (const source of sources) this.require(source)
    let offset = 0
    for (const source of sources) {
      const register = registerAt(offset)
      const { type } = source
      this.load(source, register)
      this.#align(register, source)
      const length = lengthOf(type)
      if (interval && type.order === 'host' && !type.text && length > 1) this.push(byteorder(register, length))
      offset += padded(type)
    }
    return offset
  }

  /** Leaves only the bits of a field in a register, as a number. */
  #align(register: number, source: Source): void {
    const window = partOf(source)
    if (window === undefined) return
    const { length, shift } = window
    this.#mask(register, source, window)
    if (shift === 0) return
    if (lengthOf(source.type) > 1)
      throw new ArgumentError(
        `expected a field that is a number of bytes in a concatenation or a named set, got ${source.text}`,
      )
    if (length > 1) this.push(byteorder(register, length, 'NTOH'))
    this.push(shiftRight(register, length, u32(shift)))
  }

  #mask(register: number, { type }: Source, { shift, length }: Window): void {
    this.push(bitwise(register, shifted(maskOfBits(type.bits), shift, length)))
  }

  lookup<D>(sources: Sources, lookup: Lookup<D>, data?: SetLayout['data']) {
    const types = sources.map(({ type }) => type)
    if ('name' in lookup) {
      const interval = this.sets.isInterval(lookup.name, { sources, data })
      this.loadKey(sources, interval)
      return { set: lookup.name }
    }
    const interval = lookup.elements.some(({ key }) => !key.every(isSingle))
    const [source] = sources
    const window = sources.length === 1 ? partOf(source) : undefined
    if (window === undefined || window.shift === 0 || (interval && lengthOf(source.type) === 1)) {
      const set = this.sets.anonymous({ types, interval, data }, lookup)
      this.loadKey(sources, interval)
      return set
    }
    // The elements are shifted instead of the field, like those of nft.
    const placed = { ...source.type, bits: window.length * 8 }
    const set = this.sets.anonymous({ types: [placed], interval, data }, placedIn(window, lookup))
    this.require(source)
    this.load(source, 1)
    this.#mask(1, source, window)
    return set
  }

  /** Writes an input into a register. */
  input(input: Input, register: number): void {
    if (input.is === 'constant') {
      this.push(immediate(register, inOrder(input.bytes, input.type.order, input.type.text)))
    } else if (input.is === 'source') {
      const { source, mask, xor } = input
      this.require(source)
      this.load(source, register)
      const { order, text } = source.type
      if (mask === undefined) this.#align(register, source)
      if (mask && xor) this.push(bitwise(register, inOrder(mask, order, text), inOrder(xor, order, text)))
    } else {
      const set = this.lookup(input.sources, input.lookup, input.types)
      this.push(expression('lookup', { ...set, sreg: 1, dreg: register }))
    }
  }
}

export const maskOfBits = (bits: number) => bytesOf(onesOf({ bits }), Math.ceil(bits / 8))

/** Moves the elements of a set to the place of a field. */
function placedIn<D>({ shift, length }: Window, { elements }: Extract<Lookup<D>, { elements: unknown }>) {
  const below = maskOfBits(shift)
  return {
    elements: elements.map(({ key: [interval], data }) => {
      const { from, to } = interval as Interval
      const end = shifted(to, shift, length)
      const last = from.equals(to) ? end : bytesOf(numberIn(end) | numberIn(below), length)
      return { key: [{ from: shifted(from, shift, length), to: last }], data }
    }),
  }
}

/** Moves a value to the place of its field. */
export const shifted = (bytes: Buffer, shift: number, length: number) =>
  bytesOf(numberIn(bytes) << BigInt(shift), length)
