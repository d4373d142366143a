import { Buffer } from './buffer.js'
/** IFNAMSIZ, linux/if.h: with the NUL. */
export const IFNAMSIZ = 16

/** What the kernel forbids in a name (`dev_valid_name`): its `isspace` takes bytes, as Latin-1 has them. */
const forbiddenBytes = /[\0/:\t-\r \u00a0]/

/**
 * Whether a network device can have this name: 1 to 15 bytes of UTF-8, none of them `/`, `:`, NUL or white space, and
 * neither `.` nor `..`. Text that could not be decoded (U+FFFD) or encoded names no device for certain.
 */
export function isInterfaceName(name: string): boolean {
  if (typeof name !== 'string') return false
  const bytes = Buffer.from(name)
  const isExact = bytes.toString() === name && !name.includes('\ufffd')
  const fits = bytes.length > 0 && bytes.length < IFNAMSIZ
  return isExact && fits && name !== '.' && name !== '..' && !forbiddenBytes.test(bytes.toString('latin1'))
}
