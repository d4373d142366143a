import { indexOrNone } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import type { LinkRef } from '../values/link-ref.js'
import { indexKeys, slaveIndexKeys } from './data.js'
import type { AnyLinkChange, AnyNewLink } from './types.js'

/** Options of a link in which other links are indexes. */
type Resolved<T> = Omit<T, 'master' | 'link'> & {
  readonly master?: number | undefined
  readonly link?: number | undefined
}

/** Replaces the links in some keys of data by their indexes. */
function* resolveData(under: string, data: unknown, keys: readonly string[]): Operation<unknown> {
  if (typeof data !== 'object' || data === null) return data
  const result = { ...(data as Record<string, unknown>) }
  for (const key of keys) {
    const ref = result[key] as LinkRef | 0 | undefined
    if (ref !== undefined) result[key] = yield* indexOrNone(`${under}.${key}`, ref)
  }
  return result
}

/** Replaces the links in the options of a link by their indexes: master, lower link, and those in the data of its kind. */
export function* resolveLinks<T extends Partial<AnyNewLink> | AnyLinkChange>(options: T): Operation<Resolved<T>> {
  const { master, link, kind, data, slaveKind, slaveData } = options
  return {
    ...options,
    ...(master !== undefined && { master: yield* indexOrNone('master', master) }),
    ...(link !== undefined && { link: yield* indexOrNone('link', link) }),
    ...(data !== undefined && { data: yield* resolveData('data', data, indexKeys(kind)) }),
    ...(slaveData !== undefined && {
      slaveData: yield* resolveData('slaveData', slaveData, slaveIndexKeys(slaveKind)),
    }),
  } as Resolved<T>
}
