import { ArgumentError, SecretKey, show } from '../../codec/index.js'
import { type Accepted, shortText } from '../values/accepted.js'
import { checkKeys, requireKeys } from '../values/objects.js'
import type { NewXfrmAlgorithm, XfrmAlgorithm } from './types.js'

interface AlgorithmMessage {
  name: string
  keyLen: number
  key: Buffer
}

/** The length of `alg_name` of `struct xfrm_algo` without the NUL. */
const NAME = shortText(63)
const HEXADECIMAL = /^(?:0x)?((?:[0-9a-f]{2})*)$/i
/** Bits of a byte. */
const BITS = 8

/** Returns an algorithm. */
export function decodeAlgorithm({ name, key }: AlgorithmMessage): XfrmAlgorithm {
  return key.length === 0 ? { name } : { name, key: new SecretKey(key.toString('hex')) }
}

/** Returns the bytes of a key. @throws {TypeError} naming the option, without the key */
function keyBytes(option: string, key: NewXfrmAlgorithm['key']): Buffer {
  if (key === undefined) return Buffer.alloc(0)
  const text: unknown = key instanceof SecretKey ? key.reveal() : key
  const [, digits] = (typeof text === 'string' && HEXADECIMAL.exec(text)) || []
  if (digits !== undefined) return Buffer.from(digits, 'hex')
  const got = typeof text === 'string' ? `a text of ${text.length} characters` : `a value of type ${typeof text}`
  throw new ArgumentError(`expected ${option} to be hexadecimal digits, two for each byte, got ${got}`)
}

/** Returns an algorithm; `more` are further keys. @throws {TypeError} naming the option */
export function encodeAlgorithm(
  what: string,
  algorithm: NewXfrmAlgorithm,
  more: Readonly<Record<string, Accepted>> = {},
): AlgorithmMessage {
  checkKeys(what, algorithm, { name: NAME, key: 1, ...more })
  requireKeys(what, algorithm, 'name')
  const key = keyBytes(`key of ${what}`, algorithm.key)
  return { name: algorithm.name, keyLen: key.length * BITS, key }
}

/** Checks that only one of some options is given, because the kernel refuses them together. @throws {TypeError} */
export function checkTogether(what: string, value: object, one: string, other: string): void {
  const members = value as Readonly<Record<string, unknown>>
  if (members[one] !== undefined && members[other] !== undefined)
    throw new ArgumentError(`expected ${what} to have either ${one} or ${other}, got both: ${show(one)}`)
}
