import { type ByteOrder, type Declaration, DecodeError, decode, encode } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import './built.js'

/**
 * Bytes in hex. White space and comments from `#` to the end of the line are ignored. A string applies to both byte orders. An
 * object is checked in the given orders.
 */
export type Hex = string | { readonly LE?: string; readonly BE?: string }

/** The rows of {@link vectors}. */
export interface Vectors<T> {
  /** Pairs that must hold in both directions: decode(hex) = value and encode(value) = hex. */
  readonly correct?: readonly (readonly [value: T, hex: Hex])[]
  /** Bytes that only others send: decode(hex) = value. */
  readonly decodes?: readonly (readonly [hex: Hex, value: T])[]
  /** Values that decoding never returns: encode(value) = hex. */
  readonly encodes?: readonly (readonly [value: unknown, hex: Hex])[]
  /** Values for which encode throws a TypeError. */
  readonly errValues?: readonly unknown[]
  /** Bytes for which decode throws a DecodeError, optionally with this message. */
  readonly errHex?: readonly (Hex | readonly [hex: Hex, message: string])[]
}

const orders = ['LE', 'BE'] as const

function bytesOf(hex: string): Buffer {
  const digits = hex.replace(/#.*$/gm, '').replace(/\s+/g, '')
  const bytes = Buffer.from(digits, 'hex')
  if (bytes.length * 2 !== digits.length) throw new TypeError(`not hex: ${digits}`)
  return bytes
}

/** Returns the bytes for each byte order in `hex`. */
const inOrders = (hex: Hex): [ByteOrder, Buffer][] =>
  orders.flatMap((order) => {
    const digits = typeof hex === 'string' ? hex : hex[order]
    return digits === undefined ? [] : [[order, bytesOf(digits)] as [ByteOrder, Buffer]]
  })

const label = (value: unknown) => {
  const text =
    JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** Number of calls after which a codec uses generated code, plus a margin. */
const HEAT = 110

/** Calls a codec until it uses generated code, with valid and invalid values. */
function heat<T>(declaration: Declaration<T>, { correct = [], encodes = [], errValues = [] }: Vectors<T>): void {
  const values = [...correct.map(([value]) => value), ...encodes.map(([value]) => value), ...errValues]
  for (const order of orders) {
    for (let round = 0; round < HEAT; round++) {
      for (const value of values) attempt(() => encode(declaration, value as never, { order }))
    }
    for (const [, bytes] of correct.flatMap(([, hex]) => inOrders(hex)).filter(([of]) => of === order)) {
      for (let round = 0; round < HEAT; round++) attempt(() => decode(declaration, bytes, { order }))
    }
  }
}

function attempt(work: () => unknown): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof DecodeError || error instanceof TypeError)) throw error
  }
}

/** The vectors that this process has checked, with their values. */
export const checked: { readonly declaration: Declaration<unknown>; readonly values: readonly unknown[] }[] = []

/**
 * Runs a suite that checks the rows of a declaration in both directions and both byte orders: first interpreted, then with
 * generated code.
 */
export function vectors<T>(declaration: Declaration<T>, rows: Vectors<T>, name: string = declaration.name): void {
  const { correct = [], decodes = [], encodes = [] } = rows
  const values = [
    ...correct.map(([value]) => value),
    ...decodes.map(([, value]) => value),
    ...encodes.map(([value]) => value),
  ]
  checked.push({ declaration: declaration as Declaration<unknown>, values })
  table(declaration, rows, name)
  table(declaration, rows, `${name}, generated`, () => heat(declaration, rows))
}

function table<T>(declaration: Declaration<T>, rows: Vectors<T>, name: string, before: () => void = () => {}): void {
  const test = suite(name)
  test.before(before)

  const decodesTo = (hex: Hex, value: T) => {
    for (const [order, bytes] of inOrders(hex)) {
      test(`decodes to ${label(value)}, ${order}`, () => assert.equal(decode(declaration, bytes, { order }), value))
    }
  }
  const encodesTo = (value: unknown, hex: Hex) => {
    for (const [order, bytes] of inOrders(hex)) {
      test(`encodes ${label(value)}, ${order}`, () => {
        const written = encode(declaration, value as Parameters<typeof encode<T>>[1], { order })
        assert.is(written.toString('hex'), bytes.toString('hex'))
      })
    }
  }

  for (const [value, hex] of rows.correct ?? []) {
    decodesTo(hex, value)
    encodesTo(value, hex)
  }
  for (const [hex, value] of rows.decodes ?? []) decodesTo(hex, value)
  for (const [value, hex] of rows.encodes ?? []) encodesTo(value, hex)

  for (const value of rows.errValues ?? []) {
    for (const order of orders) {
      test(`refuses the value ${label(value)}, ${order}`, () => {
        const write = () => encode(declaration, value as Parameters<typeof encode<T>>[1], { order })
        assert.throws(write, (error: unknown) => error instanceof TypeError)
      })
    }
  }
  for (const row of rows.errHex ?? []) {
    const [hex, message] = Array.isArray(row) ? (row as readonly [Hex, string]) : [row as Hex, undefined]
    for (const [order, bytes] of inOrders(hex)) {
      test(`refuses the bytes ${label(bytes.toString('hex'))}, ${order}`, () => {
        const read = () => decode(declaration, bytes, { order })
        assert.throws(read, (error: unknown) => {
          if (!(error instanceof DecodeError)) return false
          if (message !== undefined) assert.is(error.message, message)
          return true
        })
      })
    }
  }
  test.run()
}
