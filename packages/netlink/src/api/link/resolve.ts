import { isRecord } from '../../codec/error.js'
import { indexOrNone } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { checkLinkOrNone, type LinkRef } from '../values/link-ref.js'
import { indexKeys, slaveIndexKeys } from './data.js'
import type { AnyLinkChange, AnyNewLink } from './types.js'

/** Options of a link in which other links are indexes. */
type Resolved<T> = Omit<T, 'master' | 'link'> & {
  readonly master?: number | undefined
  readonly link?: number | undefined
}

/** Returns the index of the link that an option names. */
type Resolve = (key: string, ref: LinkRef | 0 | undefined) => Operation<number | undefined>

/** Returns an index of some link, without a request. @throws {TypeError} */
// biome-ignore lint/correctness/useYield: it has the form of the one with a request
const placeholder: Resolve = function* (key, ref) {
  checkLinkOrNone(key, ref)
  return ref === undefined || ref === 0 ? ref : 1
}

/** Replaces the links in some keys of data by their indexes. */
function* resolveData(under: string, data: unknown, keys: readonly string[], resolve: Resolve): Operation<unknown> {
  if (!isRecord(data)) return data
  const result = { ...data }
  for (const key of keys) {
    const ref = result[key] as LinkRef | 0 | undefined
    if (ref !== undefined) result[key] = yield* resolve(`${under}.${key}`, ref)
  }
  return result
}

/** Replaces the links in the options of a link by their indexes: master, lower link, and those in the data of its kind. */
export const resolveLinks = <T extends Partial<AnyNewLink> | AnyLinkChange>(options: T) =>
  resolveWith(options, indexOrNone)

/**
 * Replaces the links in the options of a link by an index, to check the other options before any link is looked up.
 * @throws {TypeError}
 */
export const withPlaceholders = <T extends Partial<AnyNewLink> | AnyLinkChange>(options: T) =>
  resolveWith(options, placeholder).next().value as Resolved<T>

function* resolveWith<T extends Partial<AnyNewLink> | AnyLinkChange>(
  options: T,
  resolve: Resolve,
): Operation<Resolved<T>> {
  const { master, link, kind, data, slaveKind, slaveData } = options
  return {
    ...options,
    ...(master !== undefined && { master: yield* resolve('master', master) }),
    ...(link !== undefined && { link: yield* resolve('link', link) }),
    ...(data !== undefined && { data: yield* resolveData('data', data, indexKeys(kind), resolve) }),
    ...(slaveData !== undefined && {
      slaveData: yield* resolveData('slaveData', slaveData, slaveIndexKeys(slaveKind), resolve),
    }),
  } as Resolved<T>
}
