import { Buffer } from '../../../codec/buffer.js'
import { Secret } from '../literal.js'
import { Placeholder, type Word } from './words.js'

/** Returns a key as hexadecimal digits, or a variable of sh if it is hidden. */
export function keyWord(key: unknown, prefix = ''): Word | undefined {
  if (key instanceof Secret) return new Placeholder(key.variable, prefix)
  return key instanceof Uint8Array ? `${prefix}${Buffer.from(key).toString('hex')}` : undefined
}
