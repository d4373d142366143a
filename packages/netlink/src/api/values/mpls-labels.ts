import { ArgumentError, show } from '../../codec/index.js'
import { MPLS_LABEL, type MplsLabel } from '../../route/index.js'
import { type Named, numberOf } from './names.js'

/** A label: a number, or a word of MPLS_LABEL_*. */
export type MplsLabelName = Named<typeof MPLS_LABEL>
/** A stack of labels, outermost first: `100`, `'100/200'`, `[100, 'ipv6null']`. */
export type MplsLabels = MplsLabelName | string | readonly MplsLabelName[]

export const MAX_LABEL = 0xfffff

/** Returns the numbers of a stack of labels. @throws {TypeError} naming `key` */
function numbersOf(key: string, labels: MplsLabels): number[] {
  const parts: readonly unknown[] =
    typeof labels === 'string' ? labels.split('/') : Array.isArray(labels) ? labels : [labels]
  const isWritten = (part: unknown) => typeof part === 'string' && /^\d{1,9}$/.test(part)
  const isLabel = (part: unknown) => typeof part === 'number' || typeof part === 'string'
  if (parts.length === 0 || !parts.every(isLabel))
    throw new ArgumentError(
      `expected ${key} to be MPLS labels such as 100, '100/200' or [100, 200], got ${show(labels)}`,
    )
  return parts.map((part) =>
    numberOf(key, MPLS_LABEL, isWritten(part) ? Number(part) : (part as Named<typeof MPLS_LABEL>), MAX_LABEL),
  )
}

/** Returns a stack of labels. @throws {TypeError} naming `key` */
export const labelStack = (key: string, labels: MplsLabels): MplsLabel[] =>
  numbersOf(key, labels).map((label, at, all) => ({ label, tc: 0, bos: at === all.length - 1 ? 1 : 0, ttl: 0 }))

/** Returns a stack of labels as iproute2 prints it: `100/200`. */
export const labelsText = (stack: readonly MplsLabel[]) => stack.map(({ label }) => label).join('/')
