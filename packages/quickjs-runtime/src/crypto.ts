/** The parts of `node:crypto` that the plugin uses. */

import { sha256 } from 'native:crypto'
import { sha512 } from '@noble/hashes/sha2.js'
import { Buffer } from './buffer.js'
import { unavailable } from './errors.js'

/** SHA-512 is not in C, because the plugin only hashes names with it. */
const algorithms: Readonly<Record<string, (message: Uint8Array) => ArrayBuffer | Uint8Array>> = {
  sha256,
  sha512,
}

/**
 * Returns a hash object.
 * @throws {Error} for another algorithm than `sha256` and `sha512`
 */
export function createHash(algorithm: string) {
  const digestOf = algorithms[algorithm]
  if (digestOf === undefined) throw unavailable(`expected sha256 or sha512, got ${algorithm}`)
  const parts: Uint8Array[] = []
  const hash = {
    update(data: string | Uint8Array) {
      parts.push(typeof data === 'string' ? Buffer.from(data) : data)
      return hash
    },
    digest: (encoding: 'hex') => Buffer.from(new Uint8Array(digestOf(Buffer.concat(parts)))).toString(encoding),
  }
  return hash
}
