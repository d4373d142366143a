/** What the plugin uses of `node:crypto`: SHA-256, FIPS 180-4. */
import { Buffer } from './buffer.js'

const ROUNDS = 64
const BLOCK = 64

/** floor(x ** (1 / degree)) */
function root(x: bigint, degree: bigint): bigint {
  let [low, high] = [0n, 1n << 64n]
  while (high - low > 1n) {
    const middle = (low + high) >> 1n
    if (middle ** degree <= x) low = middle
    else high = middle
  }
  return low
}

/** The first 32 bits behind the binary point of the roots of the first primes: section 4.2.2 and section 5.3.3. */
const fractions = (degree: 2 | 3, count: number) =>
  primes(count).map((prime) => Number(BigInt.asUintN(32, root(BigInt(prime) << BigInt(32 * degree), BigInt(degree)))))

function primes(count: number): number[] {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate++)
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate)
  return found
}

const rotate = (word: number, by: number) => (word >>> by) | (word << (32 - by))
const mix = (word: number, [a, b, c]: readonly [number, number, number]) =>
  rotate(word, a) ^ rotate(word, b) ^ rotate(word, c)
const mixShift = (word: number, [a, b, c]: readonly [number, number, number]) =>
  rotate(word, a) ^ rotate(word, b) ^ (word >>> c)

/** The message, a bit, zeros, and its length in bits: section 5.1.1. */
function padded(message: Uint8Array): DataView {
  const bytes = new Uint8Array(Math.ceil((message.length + 9) / BLOCK) * BLOCK)
  bytes.set(message)
  bytes[message.length] = 0x80
  const view = new DataView(bytes.buffer)
  view.setBigUint64(bytes.length - 8, BigInt(message.length) * 8n)
  return view
}

/** Section 6.2.2, steps 2 to 4, on one block. */
function digestBlock(hash: number[], words: number[], constants: number[]): number[] {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash
  for (let t = 0; t < ROUNDS; t++) {
    const choice = (e & f) ^ (~e & g)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const first = (h + mix(e, [6, 11, 25]) + choice + (constants[t] as number) + (words[t] as number)) | 0
    const second = (mix(a, [2, 13, 22]) + majority) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0]
  }
  return [a, b, c, d, e, f, g, h].map((word, at) => (word + (hash[at] as number)) | 0)
}

function sha256(message: Uint8Array): Uint8Array {
  const constants = fractions(3, ROUNDS)
  const view = padded(message)
  let hash = fractions(2, 8)
  for (let at = 0; at < view.byteLength; at += BLOCK) {
    const words: number[] = Array.from({ length: 16 }, (_, word) => view.getUint32(at + 4 * word))
    for (let t = 16; t < ROUNDS; t++) {
      const [near, far] = [words[t - 2] as number, words[t - 15] as number]
      const sum = mixShift(near, [17, 19, 10]) + (words[t - 7] as number) + mixShift(far, [7, 18, 3])
      words.push((sum + (words[t - 16] as number)) | 0)
    }
    hash = digestBlock(hash, words, constants)
  }
  const digest = new DataView(new ArrayBuffer(32))
  for (const [at, word] of hash.entries()) digest.setInt32(4 * at, word)
  return new Uint8Array(digest.buffer)
}

/** @throws {Error} for another algorithm than `sha256` */
export function createHash(algorithm: string) {
  if (algorithm !== 'sha256') throw new Error(`expected sha256, got ${algorithm}`)
  const parts: Uint8Array[] = []
  const hash = {
    update(data: string | Uint8Array) {
      parts.push(typeof data === 'string' ? Buffer.from(data) : data)
      return hash
    },
    digest: (encoding: 'hex') => Buffer.from(sha256(Buffer.concat(parts))).toString(encoding),
  }
  return hash
}
