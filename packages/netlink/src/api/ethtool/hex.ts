import { Buffer } from '../../codec/buffer.js'
import { ArgumentError, show } from '../../codec/index.js'

const HEX = /^[0-9a-f]{2}(:[0-9a-f]{2})*$/i

/** Returns bytes as hexadecimal text: `00:1a:ff`. */
export const hexText = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':')

/** Returns the bytes of hexadecimal text. Errors do not contain the text, which may be a password. @throws {TypeError} */
export function parseHex(key: string, text: unknown, length: number): Buffer {
  if (typeof text === 'string' && HEX.test(text) && text.length === length * 3 - 1)
    return Buffer.from(text.replaceAll(':', ''), 'hex')
  const got = typeof text === 'string' ? 'another text' : show(text)
  throw new ArgumentError(`expected ${key} to be ${length} bytes as hexadecimal text, like 00:1a:ff…, got ${got}`)
}
