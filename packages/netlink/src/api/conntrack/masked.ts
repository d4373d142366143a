import { isRecord } from '../../codec/error.js'
import { ArgumentError, show } from '../../codec/index.js'
import { IPS } from '../../netfilter/index.js'
import { U32 } from '../values/accepted.js'
import { bitsOf } from '../values/names.js'

/** A number of which only the bits of the mask count. */
export interface Masked {
  readonly value: number
  readonly mask: number
}

const NUMBER = '(0x[0-9a-f]{1,8}|\\d{1,10})'
const MARK = new RegExp(`^${NUMBER}(?:/${NUMBER})?$`, 'i')

/** Parses a mark: a number, or text with a mask like `0x10/0xff`. @throws {TypeError} */
export function markOf(what: string, mark: unknown): Masked {
  const [, value = mark, mask = 0xffffffff] = (typeof mark === 'string' && MARK.exec(mark)) || []
  const parsed = { value: typeof value === 'string' ? Number(value) : value, mask: Number(mask) }
  if (typeof mark !== 'string' || value !== mark)
    if (U32.fits(parsed.value) && U32.fits(parsed.mask)) return parsed as Masked
  throw new ArgumentError(
    `expected mark of ${what} to be an integer from 0 to 4294967295, or text with a mask like 0x10/0xff, got ${show(mark)}`,
  )
}

/** Returns the bits of `status`: a list of flags that are set, or an object of flags that are set and not set. @throws {TypeError} */
export function statusOf(what: string, status: unknown): Masked {
  if (!isRecord(status)) {
    const value = bitsOf(`status of ${what}`, IPS, status as readonly string[])
    return { value, mask: value }
  }
  const known = Object.entries(status).filter(([, isSet]) => isSet !== undefined)
  for (const [flag, isSet] of known)
    if (typeof isSet !== 'boolean')
      throw new ArgumentError(`expected ${flag} of status of ${what} to be true or false, got ${show(isSet)}`)
  const flagsWith = (wanted: boolean) => known.filter(([, isSet]) => isSet === wanted).map(([flag]) => flag)
  const value = bitsOf(`status of ${what}`, IPS, flagsWith(true))
  return { value, mask: (value | bitsOf(`status of ${what}`, IPS, flagsWith(false))) >>> 0 }
}
