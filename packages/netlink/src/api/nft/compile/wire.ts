import type { Infer } from '../../../codec/index.js'
import {
  NFT_BITWISE,
  NFT_BYTEORDER,
  NFT_CMP,
  NFT_HASH,
  NFT_NG,
  NFT_REG32,
  type nftExprAttrs,
} from '../../../netfilter/index.js'
import type { Load, Source } from '../expression/source.js'
import type { Comparison } from '../expression/statement.js'
import type { DataType } from '../types/data-types.js'

/** An expression of a rule, as in messages. */
export type WireExpression = Infer<typeof nftExprAttrs>

/** Creates an expression. Its data has the type of its name. */
export const expression = (name: string, data: object) => ({ name, data }) as unknown as WireExpression

/** Returns the register at a distance in bytes from the first one. */
export const registerAt = (offset: number) => (offset % 16 === 0 ? 1 + offset / 16 : NFT_REG32['00'] + offset / 4)

export const cmp = (op: Comparison, value: Buffer) =>
  expression('cmp', { sreg: 1, op: NFT_CMP[op.toUpperCase() as Uppercase<Comparison>], data: { value } })

/** Masks a register. */
export const bitwise = (register: number, mask: Buffer, xor: Buffer = Buffer.alloc(mask.length)) =>
  expression('bitwise', {
    ...{ sreg: register, dreg: register, len: mask.length, op: NFT_BITWISE.MASK_XOR },
    ...{ mask: { value: mask }, xor: { value: xor } },
  })

/** Shifts a register to the right. The kernel shifts the numbers of the host. */
export const shiftRight = (register: number, length: number, value: Buffer) =>
  expression('bitwise', { sreg: register, dreg: register, len: length, op: NFT_BITWISE.RSHIFT, data: { value } })

/** Converts a number of the host to the order of the network, or the reverse. */
export const byteorder = (register: number, length: number, op: keyof typeof NFT_BYTEORDER = 'HTON') =>
  expression('byteorder', { sreg: register, dreg: register, op: NFT_BYTEORDER[op], len: length, size: length })

export const immediate = (register: number, value: Buffer) =>
  expression('immediate', { dreg: register, data: { value } })

/** Bytes of a header that contain a field, and where the field is in them. */
export interface Window {
  readonly offset: number
  readonly length: number
  /** Bits below the field. */
  readonly shift: number
  readonly isPartial: boolean
}

/** Returns the bytes that contain a field. */
export function windowOf(offset: number, { bits }: DataType): Window {
  const first = Math.floor(offset / 8)
  const length = Math.ceil((offset + bits) / 8) - first
  const shift = (first + length) * 8 - offset - bits
  return { offset: first, length, shift, isPartial: bits !== length * 8 }
}

/** Returns the bytes that contain the field of a source if it is a part of them; undefined otherwise. */
export function partOf({ load, type }: Pick<Source, 'load' | 'type'>): Window | undefined {
  if (load.from !== 'payload' && load.from !== 'exthdr') return undefined
  const window = windowOf(load.offset, type)
  return window.isPartial ? window : undefined
}

/** Loads a value into a register. `length` is the number of bytes, for a field of a header. */
export function loading(load: Exclude<Load, { from: 'hash' }>, type: DataType, dreg: number, length?: number) {
  switch (load.from) {
    case 'payload': {
      const window = windowOf(load.offset, type)
      return expression('payload', { dreg, base: load.base, offset: window.offset, len: length ?? window.length })
    }
    case 'meta':
      return expression('meta', { dreg, key: load.key })
    case 'ct':
      return expression('ct', {
        dreg,
        key: load.key,
        ...(load.direction !== undefined && { direction: load.direction }),
      })
    case 'fib':
      return expression('fib', { dreg, result: load.result, flags: load.flags })
    case 'socket':
      return expression('socket', { key: load.key, dreg, ...(load.level !== undefined && { level: load.level }) })
    case 'osf':
      // The kernel refuses flags without a bit.
      return expression('osf', { dreg, ttl: load.ttl, ...(load.flags !== 0 && { flags: load.flags }) })
    case 'rt':
      return expression('rt', { dreg, key: load.key })
    case 'exthdr': {
      const { op, type: kind, flags } = load
      const { offset, length: len } = windowOf(load.offset, type)
      return expression('exthdr', { dreg, type: kind, offset, len, ...(flags !== undefined && { flags }), op })
    }
    case 'numgen': {
      const { modulus, random, offset } = load
      return expression('numgen', { dreg, modulus, type: random ? NFT_NG.RANDOM : NFT_NG.INCREMENTAL, offset })
    }
    case 'symhash': {
      const { modulus, offset } = load
      return expression('hash', { dreg, modulus, offset, type: NFT_HASH.SYM })
    }
  }
}
