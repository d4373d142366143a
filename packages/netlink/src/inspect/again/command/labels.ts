import { isBag } from '../members.js'

/** Returns MPLS labels: `100/200`. */
export function labelsText(labels: unknown): string | undefined {
  if (!Array.isArray(labels)) return undefined
  const numbers = labels.map((each) => (isBag(each) ? each.label : each))
  return numbers.every((each) => typeof each === 'number') ? numbers.join('/') : undefined
}
