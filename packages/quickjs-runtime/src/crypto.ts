/** The parts of `node:crypto` that the plugin uses. */
import { sha256 } from 'native:crypto'
import { Buffer } from './buffer.js'
import { unavailable } from './errors.js'

/**
 * Returns a hash object.
 * @throws {Error} for another algorithm than `sha256`
 */
export function createHash(algorithm: string) {
  if (algorithm !== 'sha256') throw unavailable(`expected sha256, got ${algorithm}`)
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
