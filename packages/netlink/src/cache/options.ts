import { ArgumentError } from '../codec/error.js'
import { show } from '../codec/index.js'
import { bytes, type OptionRules, validateOptions } from '../connection/options.js'
import { kindNames, type ObjectKind } from './kinds.js'

/** Options of a cache. */
export interface CacheOptions {
  /** The kinds of objects that the cache contains, and those that they depend on. By default those of links, addresses and routes: not the tables of bridges, and not traffic control. */
  readonly kinds?: readonly ObjectKind[] | undefined
  /** Size of the kernel's buffer for unread notifications, in bytes. Default: 4 MiB. */
  readonly receiveBuffer?: number | undefined
}

/** Options of a cache that {@link validateCacheOptions} has checked. */
export type ValidCacheOptions = CacheOptions & { readonly [checked]: true }
declare const checked: unique symbol

const optionRules: OptionRules<CacheOptions> = {
  kinds: [`an array of ${kindNames.join(', ')}`, Array.isArray],
  receiveBuffer: bytes,
}

/** Validates the options of a cache. @throws {TypeError} */
export function validateCacheOptions(options: CacheOptions): ValidCacheOptions {
  const valid = validateOptions(options, optionRules)
  const { kinds } = valid
  const [expected] = optionRules.kinds
  if (kinds?.length === 0) throw new ArgumentError(`expected kinds to be ${expected}, got none`)
  const wrong = kinds?.findIndex((kind) => !kindNames.includes(kind)) ?? -1
  if (wrong !== -1) throw new ArgumentError(`expected kinds to be ${expected}, got ${show(kinds?.[wrong])} in it`)
  return valid as ValidCacheOptions
}
