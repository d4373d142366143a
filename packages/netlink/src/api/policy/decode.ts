import type { Declaration, Table } from '../../codec/index.js'
import { toJson } from '../../codec/json.js'
import { NL_ATTR_TYPE, type Policy } from '../../message/index.js'
import { named } from '../values/names.js'
import { defined } from '../values/objects.js'
import type { AcceptedAttribute, AcceptedAttributes } from './types.js'

/**
 * A declaration that may contain attributes: `attrs` of a message, `table` of an attribute set, `element` of a list or array of
 * them.
 */
export interface Parts {
  readonly attrs?: Declaration<unknown>
  readonly table?: Table
  readonly element?: Declaration<unknown> & Parts
}

export type Policies = ReadonlyMap<number, ReadonlyMap<number, Policy>>

/** Returns the rows of a nest, or of the elements of a list of nests. */
export const tableOf = (declaration: Parts | undefined): Table | undefined =>
  declaration?.table ?? declaration?.element?.table ?? declaration?.element?.element?.table

/** The declared key of an attribute, and the rows inside it if it is a nest. */
function rowOf(table: Table | undefined, number: number) {
  const [key, row] = Object.entries(table ?? {}).find(([, [type]]) => type === number) ?? []
  return { key: key ?? `?${number}`, inner: tableOf(row?.[1] as Parts | undefined) }
}

/** Returns the attributes of a policy by their declared keys, sorted by number. */
function* attributesOf(policies: Policies, index: number, table: Table | undefined) {
  for (const [number, policy] of [...(policies.get(index) ?? [])].sort(([one], [other]) => one - other))
    yield { number, policy, ...rowOf(table, number) }
}

/** Returns the members of an attribute, except the attributes inside it. */
function valuesOf(number: number, policy: Policy): AcceptedAttribute {
  const { minLength, maxLength, bitfield32Mask } = policy
  const mask = policy.mask ?? (bitfield32Mask === undefined ? undefined : BigInt(bitfield32Mask))
  return defined({
    ...{ number, type: named(NL_ATTR_TYPE, policy.type ?? 0), minLength, maxLength, mask },
    ...{ min: policy.minValueU ?? policy.minValueS, max: policy.maxValueU ?? policy.maxValueS },
  }) as AcceptedAttribute
}

/** Returns the attributes of a policy. */
export function acceptedIn(policies: Policies, index: number, table: Table | undefined): AcceptedAttributes {
  const result: Record<string, AcceptedAttribute> = {}
  for (const { number, policy, key, inner } of attributesOf(policies, index, table)) {
    const { policyIdx } = policy
    const attribute = valuesOf(number, policy)
    Object.defineProperty(attribute, 'toJSON', { value: () => attributeJson(policies, number, policy, inner, []) })
    const attributes = { enumerable: true, get: () => acceptedIn(policies, policyIdx as number, inner) }
    result[key] = policyIdx === undefined ? attribute : Object.defineProperty(attribute, 'attributes', attributes)
  }
  return result
}

/** Returns an attribute for JSON. A nest inside itself has no `attributes`; `outer` are the policies of the nests around it. */
function attributeJson(
  policies: Policies,
  number: number,
  policy: Policy,
  table: Table | undefined,
  outer: readonly number[],
): object {
  const { policyIdx } = policy
  const values = toJson(valuesOf(number, policy)) as object
  if (policyIdx === undefined || outer.includes(policyIdx)) return values
  const inside = [...attributesOf(policies, policyIdx, table)].map((each) => [
    each.key,
    attributeJson(policies, each.number, each.policy, each.inner, [...outer, policyIdx]),
  ])
  return { ...values, attributes: Object.fromEntries(inside) }
}
