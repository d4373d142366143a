import { isPair } from '../api/link/encode.js'
import { isRecord } from '../codec/error.js'
import type { Entry } from './desired.js'
import type { Planning } from './planning.js'

/** Reports links that a desired object names by an index that no link has. Returns true if there is one. */
export function reportIndexes(planning: Planning, { kind, path, spec }: Entry): boolean {
  const missing = [...refsOf(kind.object === 'link', spec)].filter(([, index]) => isMissing(planning, index))
  for (const [key, index] of missing) planning.conflict('reference', `${path}.${key}`, `no link with index ${index}`)
  return missing.length > 0
}

/** Yields the options that may contain an index, with their places. */
function* refsOf(isLink: boolean, spec: Readonly<Record<string, unknown>>): Iterable<readonly [string, unknown]> {
  yield ['master', spec.master]
  // The lower link, or the other end of a pair, may be in another namespace.
  if (isLink) {
    if (!isPair(spec.kind as string | undefined) && spec.linkNetnsid === undefined) yield ['link', spec.link]
    return
  }
  yield ['dev', spec.dev]
  if (!Array.isArray(spec.multipath)) return
  for (const [at, hop] of spec.multipath.entries()) if (isRecord(hop)) yield [`multipath[${at}].dev`, hop.dev]
}

/** True for an index that neither an existing link has nor one that the plan creates. 0 is no link. */
function isMissing({ snapshot, state }: Planning, index: unknown): boolean {
  if (typeof index !== 'number' || index === 0 || snapshot.indexed(index)) return false
  return !state.entries.some(({ kind, absent, spec }) => kind.object === 'link' && !absent && spec.index === index)
}
