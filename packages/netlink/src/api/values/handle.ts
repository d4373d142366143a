import { ArgumentError, show } from '../../codec/index.js'

/** Parses a handle. @throws {TypeError} naming `key` */
export function handleNumber(key: string, text: string): number {
  const [, major, minor = ''] = (typeof text === 'string' && /^([0-9a-fA-F]{1,4}):([0-9a-fA-F]{0,4})$/.exec(text)) || []
  if (major === undefined)
    throw new ArgumentError(`expected ${key} to be a handle like 1:10 or 8001:, got ${show(text)}`)
  return ((Number.parseInt(major, 16) << 16) | (minor === '' ? 0 : Number.parseInt(minor, 16))) >>> 0
}
