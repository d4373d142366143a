import { isDeepStrictEqual } from 'node:util'
import { type ByteOrder, compile, type Declaration, DecodeError, hostOrder, type Output } from '@netloom/netlink/codec'

/** What happens to bytes that are decoded must not depend on those around them: two surroundings, each unlike the other. */
const surroundings = [
  { before: 64, after: 64, fill: 0xa5 },
  { before: 21, after: 256, fill: 0x04 },
] as const

function surrounded(bytes: Buffer, { before, after, fill }: (typeof surroundings)[number]) {
  const all = Buffer.alloc(before + bytes.length + after, fill)
  all.set(bytes, before)
  return { all, start: before, end: before + bytes.length }
}

type Outcome = { readonly value: unknown } | { readonly error: DecodeError }

/** Decodes, or tells the DecodeError; anything else that is thrown is a failure. */
function attempt(declaration: Declaration<unknown>, bytes: Buffer, order: ByteOrder, lossless: boolean): Outcome {
  const { all, start, end } = surrounded(bytes, surroundings[lossless ? 1 : 0])
  try {
    return { value: compile(declaration, { order, lossless }).decode(all, start, end) }
  } catch (error) {
    if (error instanceof DecodeError) return { error }
    throw error
  }
}

/** The bytes of a value. */
export function encoded(declaration: Declaration<unknown>, value: unknown, order: ByteOrder, lossless = false): Buffer {
  const out: Output = { bytes: Buffer.alloc(256), length: 0 }
  compile(declaration, { order, lossless }).encode(out, value)
  return out.bytes.subarray(0, out.length)
}

class Broken extends Error {}

const broken = (what: string, ...facts: unknown[]) =>
  new Broken([what, ...facts.map((fact) => (Buffer.isBuffer(fact) ? fact.toString('hex') : show(fact)))].join('\n  '))

const show = (value: unknown) =>
  JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? `${each}n` : each))?.slice(0, 2000)

/** Time that a message of so many bytes may take, in milliseconds: a hundred times what it does. */
const allowed = (bytes: number) => 50 + bytes * 0.02

/** @throws {Error} if all of three attempts take too long: one alone may have met the garbage collector */
function timed<T>(bytes: number, step: () => T): T {
  for (let attempts = 1; ; attempts++) {
    const from = process.cpuUsage()
    const result = step()
    const took = process.cpuUsage(from).user / 1000
    if (took <= allowed(bytes)) return result
    if (attempts === 3 || took > 5000) throw broken(`${bytes} bytes took ${took.toFixed(0)} ms`)
  }
}

/**
 * What must hold of any bytes: they decode, or a DecodeError says why not, with and without `lossless`; what decodes encodes
 * to bytes that decode to the same, and losslessly to the very bytes.
 * @returns whether they decoded
 */
export function survives(declaration: Declaration<unknown>, bytes: Buffer, order: ByteOrder = hostOrder): boolean {
  const plain = timed(bytes.length, () => attempt(declaration, bytes, order, false))
  const kept = timed(bytes.length, () => attempt(declaration, bytes, order, true))
  if ('error' in plain || 'error' in kept) {
    if ('error' in plain && 'error' in kept) return false
    throw broken('decodes with lossless, or without, but not both ways', 'error' in plain ? plain.error : kept)
  }
  const { value } = plain
  if (!isDeepStrictEqual(kept.value, value)) throw broken('lossless gives another value', value, kept.value)
  const same = encoded(declaration, kept.value, order, true)
  if (!same.equals(bytes)) throw broken('lossless gives other bytes', bytes, same)
  const again = encoded(declaration, value, order)
  const second = attempt(declaration, again, order, false)
  if ('error' in second) throw broken('what was encoded does not decode', second.error.message, value, again)
  if (!isDeepStrictEqual(second.value, value)) throw broken('what was encoded gives another value', value, second.value)
  return true
}

/** What must hold of a value that fits a declaration: encoded and decoded, in both ways, it is the same. */
export function returns(declaration: Declaration<unknown>, value: unknown, order: ByteOrder): void {
  const bytes = encoded(declaration, value, order)
  for (const lossless of [false, true]) {
    const decoded = attempt(declaration, bytes, order, lossless)
    if ('error' in decoded) throw broken('does not decode', decoded.error.message, value, bytes)
    if (!isDeepStrictEqual(decoded.value, value)) throw broken('decodes to another value', value, decoded.value, bytes)
    const again = encoded(declaration, decoded.value, order, lossless)
    if (!again.equals(bytes)) throw broken('encodes to other bytes', bytes, again)
  }
}

/** Why bytes do not survive: the first words of it, by which failures are told apart; undefined if they do. */
export function reasonOf(declaration: Declaration<unknown>, bytes: Buffer): string | undefined {
  try {
    survives(declaration, bytes)
    return undefined
  } catch (error) {
    return String(error).split('\n')[0]
  }
}
