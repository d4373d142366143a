/**
 * SHA-256, FIPS 180-4, of a short text. Loading node:crypto takes longer than everything else that this plugin does in
 * JavaScript.
 */
export function sha256(text: string): Buffer {
  const message = padded(Buffer.from(text))
  const constants = primes(64).map((prime) => fraction(Math.cbrt(prime)))
  const hash = primes(8).map((prime) => fraction(Math.sqrt(prime)))
  for (let at = 0; at < message.length; at += 64) addBlock(hash, schedule(message, at), constants)
  const digest = Buffer.alloc(32)
  for (const [index, word] of hash.entries()) digest.writeUInt32BE(word >>> 0, index * 4)
  return digest
}

function primes(count: number): number[] {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate++) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate)
  }
  return found
}

/** The first 32 bits after the binary point. */
const fraction = (value: number) => ((value - Math.floor(value)) * 2 ** 32) | 0

function padded(bytes: Buffer): Buffer {
  const message = Buffer.alloc(Math.ceil((bytes.length + 9) / 64) * 64)
  bytes.copy(message)
  message[bytes.length] = 0x80
  message.writeUInt32BE(bytes.length * 8, message.length - 4)
  return message
}

const rotate = (word: number, by: number) => (word >>> by) | (word << (32 - by))

function schedule(message: Buffer, at: number): number[] {
  const words: number[] = []
  for (let index = 0; index < 16; index++) words.push(message.readInt32BE(at + index * 4))
  for (let index = 16; index < 64; index++) {
    const before15 = words[index - 15]!
    const before2 = words[index - 2]!
    const sigma0 = rotate(before15, 7) ^ rotate(before15, 18) ^ (before15 >>> 3)
    const sigma1 = rotate(before2, 17) ^ rotate(before2, 19) ^ (before2 >>> 10)
    words.push((words[index - 16]! + sigma0 + words[index - 7]! + sigma1) | 0)
  }
  return words
}

function addBlock(hash: number[], words: readonly number[], constants: readonly number[]): void {
  let [a, b, c, d, e, f, g, h] = hash as [number, number, number, number, number, number, number, number]
  for (const [index, word] of words.entries()) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const choice = (e & f) ^ (~e & g)
    const first = (h + sum1 + choice + constants[index]! + word) | 0
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + sum0 + majority) | 0]
  }
  for (const [index, value] of [a, b, c, d, e, f, g, h].entries()) hash[index] = (hash[index]! + value) | 0
}
