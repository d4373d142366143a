import type { Declaration, Table } from '../codec/index.js'
import { printable } from '../codec/index.js'
import type { CtrlAttrs } from '../generic/control.js'
import type { GenericFamily } from '../generic/family.js'
import { NetlinkError, NL_ATTR_TYPE, type Policy } from '../message/index.js'
import { type NameOf, named } from './names.js'
import { defined } from './objects.js'
import type { Ask, Operation } from './operation.js'

/** What the running kernel takes for an attribute. */
export interface AcceptedAttribute {
  readonly number: number
  /** NL_ATTR_TYPE_*: `u32`, `nul_string`, `nested`, … */
  readonly type: NameOf<typeof NL_ATTR_TYPE> | number
  readonly min?: bigint
  readonly max?: bigint
  readonly minLength?: number
  readonly maxLength?: number
  /** The bits that may be set. */
  readonly mask?: bigint
  /** Of a nest: what it takes in turn. Nests may be in themselves, so it is made when it is asked for. */
  readonly attributes?: AcceptedAttributes
}

/** Attributes under the keys that their declaration has; those without a row under `?` and their number. */
export type AcceptedAttributes = Readonly<Record<string, AcceptedAttribute>>

/** What the running kernel takes with a command; undefined where it cannot be asked so, or does not check. */
export interface CommandPolicy {
  readonly do: AcceptedAttributes | undefined
  readonly dump: AcceptedAttributes | undefined
}

/** What a declaration of attributes has beside. */
interface Parts {
  readonly attrs?: Declaration<unknown>
  readonly table?: Table
  readonly element?: Declaration<unknown> & Parts
}

type Policies = ReadonlyMap<number, ReadonlyMap<number, Policy>>

/** The rows of a nest, or of the elements of a list of nests. */
const tableOf = (declaration: Parts | undefined): Table | undefined =>
  declaration?.table ?? declaration?.element?.table ?? declaration?.element?.element?.table

function acceptedIn(policies: Policies, index: number, table: Table | undefined): AcceptedAttributes {
  const keys = new Map(Object.entries(table ?? {}).map(([key, [type]]) => [type, key]))
  const result: Record<string, AcceptedAttribute> = {}
  for (const [number, policy] of [...(policies.get(index) ?? [])].sort(([one], [other]) => one - other)) {
    const key = keys.get(number) ?? `?${number}`
    result[key] = accepted(policies, number, policy, tableOf(table?.[key]?.[1] as Parts | undefined))
  }
  return result
}

function accepted(policies: Policies, number: number, policy: Policy, table: Table | undefined): AcceptedAttribute {
  const { minLength, maxLength, bitfield32Mask, policyIdx } = policy
  const mask = policy.mask ?? (bitfield32Mask === undefined ? undefined : BigInt(bitfield32Mask))
  const told = defined({
    ...{ number, type: named(NL_ATTR_TYPE, policy.type ?? 0), minLength, maxLength, mask },
    ...{ min: policy.minValueU ?? policy.minValueS, max: policy.maxValueU ?? policy.maxValueS },
  }) as AcceptedAttribute
  if (policyIdx === undefined) return told
  const attributes = { enumerable: true, get: () => acceptedIn(policies, policyIdx, table) }
  return Object.defineProperty(told, 'attributes', attributes)
}

/** The rows of a command's attributes, and its number. @throws {TypeError} where the family does not have it */
function commandOf({ name, messages }: GenericFamily, command: string) {
  const row = Object.hasOwn(messages, command) ? messages[command] : undefined
  if (row === undefined) throw new TypeError(`expected a command of ${name}, got '${printable(command)}'`)
  const [number, declaration] = row
  return { number, table: tableOf((declaration as Parts).attrs as Parts | undefined) }
}

/** What the running kernel takes with a command (`CTRL_CMD_GETPOLICY`). */
export function* policy(family: GenericFamily, command: string): Operation<CommandPolicy> {
  const { number, table } = commandOf(family, command)
  const value = { attrs: { familyName: family.name, op: number } }
  const ask: Ask = { name: 'CTRL_CMD_GETPOLICY', value, options: {}, kind: 'dump' }
  let replies: { readonly attrs: CtrlAttrs }[]
  try {
    replies = (yield ask) as { readonly attrs: CtrlAttrs }[]
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENODATA') return { do: undefined, dump: undefined }
    throw error
  }
  const policies = new Map<number, Map<number, Policy>>()
  for (const [index, entries] of replies.flatMap(({ attrs }) => attrs.policy ?? [])) {
    const known = policies.get(index) ?? new Map<number, Policy>()
    for (const [type, entry] of entries) known.set(type, entry)
    policies.set(index, known)
  }
  // Of the command that was asked for alone; the kernel tells 0 for its number where it can but be dumped.
  const [[, indexes] = []] = replies.flatMap(({ attrs }) => attrs.opPolicy ?? [])
  const of = (index: number | undefined) => (index === undefined ? undefined : acceptedIn(policies, index, table))
  return { do: of(indexes?.do), dump: of(indexes?.dump) }
}

/**
 * Whether the running kernel takes an attribute with a command: `header.devName`. False also where it does not have the family
 * or the command; undefined where it does not say what it takes.
 */
export function* accepts(family: GenericFamily, command: string, attribute: string): Operation<boolean | undefined> {
  let told: CommandPolicy
  try {
    told = yield* policy(family, command)
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENOENT') return false
    throw error
  }
  const ways = [told.do, told.dump].filter((way) => way !== undefined)
  if (ways.length === 0) return undefined
  const path = attribute.split('.')
  return ways.some((way) => {
    let attributes: AcceptedAttributes | undefined = way
    return path.every((key) => {
      const found: AcceptedAttribute | undefined =
        attributes && Object.hasOwn(attributes, key) ? attributes[key] : undefined
      attributes = found?.attributes
      return found !== undefined
    })
  })
}

/** What is asked of the controller of generic netlink. */
export const policyOperations = { policy, accepts }
