import { ArgumentError, show } from '../../codec/index.js'
import { handleText, TC_H } from '../../route/index.js'
import type { QdiscParent } from './types.js'

/** Parses a handle. @throws {TypeError} naming `key` */
export function handleNumber(key: string, text: string): number {
  const [, major, minor = ''] = (typeof text === 'string' && /^([0-9a-fA-F]{1,4}):([0-9a-fA-F]{0,4})$/.exec(text)) || []
  if (major === undefined)
    throw new ArgumentError(`expected ${key} to be a handle like 1:10 or 8001:, got ${show(text)}`)
  return ((Number.parseInt(major, 16) << 16) | (minor === '' ? 0 : Number.parseInt(minor, 16))) >>> 0
}

/** Formats a parent: `root`, `ingress`, or a handle. */
export const parentText = (parent: number): QdiscParent =>
  parent === TC_H.ROOT ? 'root' : parent === TC_H.INGRESS ? 'ingress' : (handleText(parent) as QdiscParent)

/** Parses a parent. @throws {TypeError} */
export function parentNumber(parent: QdiscParent): number {
  if (parent === 'root') return TC_H.ROOT
  return parent === 'ingress' || parent === 'clsact' ? TC_H.INGRESS : handleNumber('parent', parent)
}
