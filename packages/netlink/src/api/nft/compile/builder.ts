import type { Source, Sources } from '../expression/source.js'
import type { Input, Lookup } from '../expression/statement.js'
import { isSingle } from '../expression/value.js'
import { bytesOf, type DataType, inOrder, lengthOf, numberIn } from '../types/data-types.js'
import type { NftFamily } from '../types/names.js'
import { u32 } from '../types/userdata.js'
import { Dependencies } from './dependencies.js'
import type { SetUse } from './reference.js'
import { padded, type SetLayout } from './set.js'
import {
  bitwise,
  byteorder,
  expression,
  immediate,
  loading,
  registerAt,
  shiftRight,
  type WireExpression,
  windowOf,
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
      const { type, load } = source
      this.load(source, register)
      if (load.from === 'payload') this.align(register, load.offset, type)
      const length = lengthOf(type)
      if (interval && type.order === 'host' && !type.text && length > 1) this.push(byteorder(register, length))
      offset += padded(type)
    }
    return offset
  }

  /** Leaves only the bits of a field in a register. */
  align(register: number, offset: number, type: DataType): void {
    const { isPartial, length, shift } = windowOf(offset, type)
    if (!isPartial) return
    this.push(bitwise(register, shifted(maskOfBits(type.bits), shift, length)))
    if (shift > 0) this.push(shiftRight(register, length, u32(shift)))
  }

  lookup<D>(sources: Sources, lookup: Lookup<D>, data?: SetLayout['data']) {
    const types = sources.map(({ type }) => type)
    if ('name' in lookup) {
      const interval = this.sets.isInterval(lookup.name, { sources, data })
      this.loadKey(sources, interval)
      return { set: lookup.name }
    }
    const interval = lookup.elements.some(({ key }) => !key.every(isSingle))
    const set = this.sets.anonymous({ types, interval, data }, lookup)
    this.loadKey(sources, interval)
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
      if (mask && xor) this.push(bitwise(register, inOrder(mask, order, text), inOrder(xor, order, text)))
    } else {
      const set = this.lookup(input.sources, input.lookup, input.types)
      this.push(expression('lookup', { ...set, sreg: 1, dreg: register }))
    }
  }
}

export const maskOfBits = (bits: number) => bytesOf((1n << BigInt(bits)) - 1n, Math.ceil(bits / 8))

/** Moves a value to the place of its field. */
export const shifted = (bytes: Buffer, shift: number, length: number) =>
  bytesOf(numberIn(bytes) << BigInt(shift), length)
