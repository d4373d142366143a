import { isDeepStrictEqual } from 'node:util'
import { type ByteOrder, compile, type Declaration, DecodeError, hostOrder, type Output } from '@netloom/netlink/codec'

/** Two different surroundings for the decoded bytes. The result must not depend on them. */
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

/** Decodes, and returns the value or the DecodeError. Any other error is a failure. */
function attempt(declaration: Declaration<unknown>, bytes: Buffer, order: ByteOrder, lossless: boolean): Outcome {
  const { all, start, end } = surrounded(bytes, surroundings[lossless ? 1 : 0])
  try {
    return { value: compile(declaration, { order, lossless }).decode(all, start, end) }
  } catch (error) {
    if (error instanceof DecodeError) return { error }
    throw error
  }
}

/** Encodes a value. */
export function encoded(declaration: Declaration<unknown>, value: unknown, order: ByteOrder, lossless = false): Buffer {
  const out: Output = { bytes: Buffer.alloc(256), length: 0 }
  compile(declaration, { order, lossless }).encode(out, value)
  return out.bytes.subarray(0, out.length)
}

class Broken extends Error {}

const broken = (message: string, ...facts: unknown[]) =>
  new Broken(
    [message, ...facts.map((fact) => (Buffer.isBuffer(fact) ? fact.toString('hex') : show(fact)))].join('\n  '),
  )

const show = (value: unknown) =>
  JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? `${each}n` : each))?.slice(0, 2000)

/** Time limit in milliseconds for a message of this size: a hundred times what it usually takes. */
const allowed = (bytes: number) => 50 + bytes * 0.02

/** @throws {Error} if three attempts take too long. One alone may include a garbage collection. */
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
 * Decodes arbitrary bytes, with and without `lossless`. Either both succeed, or both throw a DecodeError. A decoded value encodes
 * to bytes that decode to the same value, and losslessly to the same bytes.
 * @returns true if the bytes can be decoded
 * @throws {Error} if any of this does not hold
 */
export function survives(declaration: Declaration<unknown>, bytes: Buffer, order: ByteOrder = hostOrder): boolean {
  const plain = timed(bytes.length, () => attempt(declaration, bytes, order, false))
  const kept = timed(bytes.length, () => attempt(declaration, bytes, order, true))
  if ('error' in plain || 'error' in kept) {
    if ('error' in plain && 'error' in kept) return false
    throw broken('decodes either with or without lossless, but not both', 'error' in plain ? plain.error : kept)
  }
  const { value } = plain
  if (!isDeepStrictEqual(kept.value, value))
    throw broken('lossless decoding gives a different value', value, kept.value)
  const same = encoded(declaration, kept.value, order, true)
  if (!same.equals(bytes)) throw broken('lossless encoding gives different bytes', bytes, same)
  const again = encoded(declaration, value, order)
  const second = attempt(declaration, again, order, false)
  if ('error' in second) throw broken('the encoded bytes cannot be decoded', second.error.message, value, again)
  if (!isDeepStrictEqual(second.value, value))
    throw broken('the encoded bytes decode to a different value', value, second.value)
  return true
}

/** Checks that a valid value survives encoding and decoding, with and without `lossless`. @throws {Error} if not */
export function roundTrips(declaration: Declaration<unknown>, value: unknown, order: ByteOrder): void {
  const bytes = encoded(declaration, value, order)
  for (const lossless of [false, true]) {
    const decoded = attempt(declaration, bytes, order, lossless)
    if ('error' in decoded) throw broken('cannot be decoded', decoded.error.message, value, bytes)
    if (!isDeepStrictEqual(decoded.value, value))
      throw broken('decodes to a different value', value, decoded.value, bytes)
    const again = encoded(declaration, decoded.value, order, lossless)
    if (!again.equals(bytes)) throw broken('encodes to different bytes', bytes, again)
  }
}

/** Returns the first line of the error if bytes do not survive, or undefined. It identifies the failure. */
export function reasonOf(declaration: Declaration<unknown>, bytes: Buffer): string | undefined {
  try {
    survives(declaration, bytes)
    return undefined
  } catch (error) {
    return String(error).split('\n')[0]
  }
}
