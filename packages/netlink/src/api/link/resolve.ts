import { indexOrNone, type LinkRef } from '../link-ref.js'
import type { Operation } from '../operation.js'
import { indexKeys, slaveIndexKeys } from './data.js'
import type { LinkChange, NewLink } from './types.js'

/** Options of a link whose other links are indexes. */
type Resolved<T> = Omit<T, 'master' | 'link'> & {
  readonly master?: number | undefined
  readonly link?: number | undefined
}

/** Looks up the links that some keys of data name. */
function* resolvedData(under: string, data: unknown, keys: readonly string[]): Operation<unknown> {
  if (typeof data !== 'object' || data === null) return data
  const result = { ...(data as Record<string, unknown>) }
  for (const key of keys) {
    const ref = result[key] as LinkRef | 0 | undefined
    if (ref !== undefined) result[key] = yield* indexOrNone(`${under}.${key}`, ref)
  }
  return result
}

/** Looks up the links that the options of a link name: its master, the link below, and those in the data of its kind. */
export function* resolveLinks<T extends Partial<NewLink> | LinkChange>(wish: T): Operation<Resolved<T>> {
  const { master, link, kind, data, slaveKind, slaveData } = wish as Partial<NewLink>
  return {
    ...wish,
    ...(master !== undefined && { master: yield* indexOrNone('master', master) }),
    ...(link !== undefined && { link: yield* indexOrNone('link', link) }),
    ...(data !== undefined && { data: yield* resolvedData('data', data, indexKeys(kind)) }),
    ...(slaveData !== undefined && {
      slaveData: yield* resolvedData('slaveData', slaveData, slaveIndexKeys(slaveKind)),
    }),
  } as unknown as Resolved<T>
}
