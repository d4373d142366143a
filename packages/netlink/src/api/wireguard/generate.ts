import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { secretBytes } from './keys.js'
import type { NewWireguardKey } from './types.js'

/** PKCS #8 in front of the bytes of a key of X25519: RFC 8410 */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** Returns random bytes as a key in base64, like `wg genpsk`. */
export const generatePresharedKey = (): string => randomBytes(32).toString('base64')

/** Returns a private key in base64, like `wg genkey`, with the bits that X25519 fixes (RFC 7748). */
export function generatePrivateKey(): string {
  const key = randomBytes(32)
  key[0] = (key[0] as number) & 0b11111000
  key[31] = ((key[31] as number) & 0b01111111) | 0b01000000
  return key.toString('base64')
}

/** Returns the public key of a private key in base64, like `wg pubkey`. @throws {TypeError} if it is not a key */
export function publicKeyOf(privateKey: NewWireguardKey): string {
  const key = Buffer.concat([PKCS8, secretBytes('privateKey', privateKey)])
  const { x = '' } = createPublicKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' })).export({ format: 'jwk' })
  return Buffer.from(x, 'base64url').toString('base64')
}
