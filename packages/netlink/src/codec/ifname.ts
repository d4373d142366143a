import { Buffer } from './buffer.js'
/** IFNAMSIZ, linux/if.h: size of a name, including the NUL. */
export const IFNAMSIZ = 16

/** Characters that the kernel forbids in a name (`dev_valid_name`). Its `isspace` also knows Latin-1's no-break space. */
const forbiddenBytes = /[\0/:\t-\r \u00a0]/

/** Almost all names: text without characters that need a closer look, or a single dot. */
const usual = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,14}$/

/**
 * True if a network device can have this name: 1 to 15 bytes of UTF-8, without `/`, `:`, NUL and white space, and neither `.`
 * nor `..`. False for text with U+FFFD, which is the result of a failed decoding.
 */
export function isInterfaceName(name: string): boolean {
  if (typeof name !== 'string') return false
  if (usual.test(name)) return true
  const bytes = Buffer.from(name)
  const isExact = bytes.toString() === name && !name.includes('\ufffd')
  const fits = bytes.length > 0 && bytes.length < IFNAMSIZ
  return isExact && fits && name !== '.' && name !== '..' && !forbiddenBytes.test(bytes.toString('latin1'))
}
