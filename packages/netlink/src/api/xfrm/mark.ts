import { checkValue, U32 } from '../values/accepted.js'
import { checkKeys } from '../values/objects.js'
import type { XfrmMark } from './types.js'

/** The mask of a mark that is given as a number, as `ip xfrm` takes it. */
const ALL_BITS = 0xffffffff

/** Returns a mark and its mask. @throws {TypeError} naming the option */
export function markOf(option: string, mark: XfrmMark | number): XfrmMark {
  if (typeof mark !== 'object' || mark === null) {
    checkValue(option, mark, U32)
    return { value: mark, mask: ALL_BITS }
  }
  checkKeys(option, mark, { value: U32, mask: U32 })
  return { value: mark.value ?? 0, mask: mark.mask ?? ALL_BITS }
}

/** Returns the attribute of a mark; undefined if none is given. @throws {TypeError} naming the option */
export function encodeMark(option: string, mark: XfrmMark | number | undefined): { v: number; m: number } | undefined {
  if (mark === undefined) return undefined
  const { value, mask } = markOf(option, mark)
  return { v: value, m: mask }
}

/** Returns a mark; undefined for one that matches everything. */
export const decodeMark = (mark: { readonly v: number; readonly m: number } | undefined): XfrmMark | undefined =>
  mark === undefined || (mark.v === 0 && mark.m === 0) ? undefined : { value: mark.v, mask: mark.m }
