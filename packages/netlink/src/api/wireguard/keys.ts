import { Buffer } from '../../codec/buffer.js'
import { ArgumentError } from '../../codec/error.js'
import { SecretKey } from '../../codec/secret-key.js'
import type { NewWireguardKey } from './types.js'

/** WG_KEY_LEN, linux/wireguard.h */
const KEY_LENGTH = 32
/** 32 bytes in base64: the last character holds two bits that are zero. */
const BASE64_KEY = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/

/** The kernel's form of no key. */
export const noKey = Buffer.alloc(KEY_LENGTH)

/** True for bytes that are a key, because one of them is not zero. */
export const isKey = (bytes: Uint8Array | undefined): bytes is Uint8Array => bytes?.some((byte) => byte !== 0) ?? false

/** Describes a wrong key without its characters, which may be most of a secret. */
const kindOf = (value: unknown) =>
  typeof value === 'string' ? `a text of ${value.length} characters` : value === null ? 'null' : `a ${typeof value}`

const wrongKey = (option: string, value: unknown, more = '') =>
  new ArgumentError(
    `expected ${option} to be a key of ${KEY_LENGTH} bytes in base64 (44 characters)${more}, got ${kindOf(value)}`,
  )

/** Checks a public key. @throws {TypeError} naming the option, without the key */
export function checkPublicKey(option: string, value: unknown): string {
  if (typeof value === 'string' && BASE64_KEY.test(value) && isKey(Buffer.from(value, 'base64'))) return value
  throw wrongKey(option, value)
}

/** Returns the bytes of a private or preshared key; zeros for `none`. @throws {TypeError} naming the option, without the key */
export function secretBytes(option: string, key: NewWireguardKey): Buffer {
  const text = key instanceof SecretKey ? key.reveal() : key
  if (text === 'none') return noKey
  if (typeof text === 'string' && BASE64_KEY.test(text)) return Buffer.from(text, 'base64')
  throw wrongKey(option, text, " or 'none'")
}

/** Returns a key that was read; undefined for none. */
export const secretOf = (bytes: Uint8Array | undefined): SecretKey | undefined =>
  isKey(bytes) ? new SecretKey(Buffer.from(bytes).toString('base64')) : undefined
