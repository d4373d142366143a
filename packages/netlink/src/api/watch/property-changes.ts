import { withJson } from '../../codec/json.js'
import type { Change } from '../run/ensure.js'
import { isSame } from '../values/compare.js'

type Members = Readonly<Record<string, unknown>>

/** The members whose own members are compared one by one. */
const nested = ['data', 'slaveData', 'options']

/** Returns the members that differ between two objects. */
export function propertyChanges(before: object, after: object, prefix = ''): Change[] {
  const [was, is] = [before as Members, after as Members]
  const changes: Change[] = []
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const [one, other] = [was[key], is[key]]
    if (nested.includes(key) && isObject(one) && isObject(other))
      changes.push(...propertyChanges(one, other, `${key}.`))
    else if (!isSame(one, other) || (one === undefined) !== (other === undefined))
      changes.push(withJson({ key: `${prefix}${key}`, before: one, after: other }))
  }
  return changes
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
