import { isPair } from '../api/link/encode.js'
import { isRecord } from '../codec/error.js'
import type { Entry } from './desired.js'
import type { Planning } from './planning.js'

/** Reports links that a desired object names by an index that no link has. Returns true if there is one. */
export function reportIndexes(planning: Planning, { kind, path, spec }: Entry): boolean {
  const before = planning.conflicts.length
  const check = (key: string, index: unknown) => {
    if (isMissing(planning, index)) planning.conflict('reference', `${path}.${key}`, `no link with index ${index}`)
  }
  check('master', spec.master)
  if (kind.object !== 'link') {
    check('dev', spec.dev)
    if (Array.isArray(spec.multipath))
      for (const [at, hop] of spec.multipath.entries()) if (isRecord(hop)) check(`multipath[${at}].dev`, hop.dev)
  } // The lower link, or the other end of a pair, may be in another namespace.
  else if (!isPair(spec.kind as string | undefined) && spec.linkNetnsid === undefined) check('link', spec.link)
  return planning.conflicts.length > before
}

/** True for an index that neither an existing link has nor one that the plan creates. 0 is no link. */
function isMissing({ snapshot, state }: Planning, index: unknown): boolean {
  if (typeof index !== 'number' || index === 0 || snapshot.indexed(index)) return false
  return !state.entries.some(({ kind, absent, spec }) => kind.object === 'link' && !absent && spec.index === index)
}
