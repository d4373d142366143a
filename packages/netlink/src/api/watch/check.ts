import { type CacheOptions, kindNames, type ObjectKind } from '../../cache/index.js'
import { ArgumentError } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import { bytes, validateOptions } from '../../connection/options.js'

/** Size of the kernel's buffer for unread notifications. */
export type CacheBuffer = Pick<CacheOptions, 'receiveBuffer'>

/** Checks the arguments of a cache before anything is sent. @throws {TypeError} */
export function checkCacheArguments(kinds: readonly ObjectKind[] | undefined, options: CacheBuffer): void {
  validateOptions(options, { receiveBuffer: bytes })
  if (kinds === undefined) return
  const expected = `an array of ${kindNames.join(', ')}`
  if (!Array.isArray(kinds) || kinds.length === 0)
    throw new ArgumentError(`expected kinds to be ${expected}, got ${Array.isArray(kinds) ? 'none' : show(kinds)}`)
  const wrong = kinds.find((kind) => !kindNames.includes(kind))
  if (wrong !== undefined) throw new ArgumentError(`expected kinds to be ${expected}, got ${show(wrong)} in it`)
}
