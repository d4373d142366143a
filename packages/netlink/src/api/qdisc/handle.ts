import { handleText, TC_H } from '../../route/index.js'
import { handleNumber } from '../values/handle.js'
import type { QdiscParent } from './types.js'

/** Formats a parent: `root`, `ingress`, or a handle. */
export const parentText = (parent: number): QdiscParent =>
  parent === TC_H.ROOT ? 'root' : parent === TC_H.INGRESS ? 'ingress' : (handleText(parent) as QdiscParent)

/** Parses a parent. @throws {TypeError} */
export function parentNumber(parent: QdiscParent): number {
  if (parent === 'root') return TC_H.ROOT
  return parent === 'ingress' || parent === 'clsact' ? TC_H.INGRESS : handleNumber('parent', parent)
}
