import { ArgumentError, type Declaration, printable, type Table } from '../codec/index.js'
import type { CtrlAttrs } from '../generic/control.js'
import type { GenericFamily } from '../generic/family.js'
import { NetlinkError, NL_ATTR_TYPE, type Policy } from '../message/index.js'
import type { Operation, OperationRequest } from './run/operation.js'
import { type NameOf, named } from './values/names.js'
import { defined } from './values/objects.js'

/** The values that the running kernel accepts for an attribute. */
export interface AcceptedAttribute {
  readonly number: number
  /** NL_ATTR_TYPE_*: `u32`, `nul_string`, `nested`, … */
  readonly type: NameOf<typeof NL_ATTR_TYPE> | number
  readonly min?: bigint
  readonly max?: bigint
  /** In bytes. */
  readonly minLength?: number
  /** In bytes. */
  readonly maxLength?: number
  /** The bits that may be set. */
  readonly mask?: bigint
  /** The attributes inside a nest. A nest may contain itself, so they are created on access. */
  readonly attributes?: AcceptedAttributes
}

/** The accepted attributes, by their keys in the declaration. The key of one without a row is `?` and its number: `?57`. */
export type AcceptedAttributes = Readonly<Record<string, AcceptedAttribute>>

/** The attributes that the running kernel accepts in a command; undefined if it does not report or check them. */
export interface CommandPolicy {
  readonly do: AcceptedAttributes | undefined
  readonly dump: AcceptedAttributes | undefined
}

/**
 * A declaration that may contain attributes: `attrs` of a message, `table` of an attribute set, `element` of a list or array of
 * them.
 */
interface Parts {
  readonly attrs?: Declaration<unknown>
  readonly table?: Table
  readonly element?: Declaration<unknown> & Parts
}

type Policies = ReadonlyMap<number, ReadonlyMap<number, Policy>>

/** Returns the rows of a nest, or of the elements of a list of nests. */
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
  const attribute = defined({
    ...{ number, type: named(NL_ATTR_TYPE, policy.type ?? 0), minLength, maxLength, mask },
    ...{ min: policy.minValueU ?? policy.minValueS, max: policy.maxValueU ?? policy.maxValueS },
  }) as AcceptedAttribute
  if (policyIdx === undefined) return attribute
  const attributes = { enumerable: true, get: () => acceptedIn(policies, policyIdx, table) }
  return Object.defineProperty(attribute, 'attributes', attributes)
}

/** Returns the number of a command and the rows of its attributes. @throws {TypeError} if the family does not have it */
function commandOf({ name, messages }: GenericFamily, command: string) {
  const row = Object.hasOwn(messages, command) ? messages[command] : undefined
  if (row === undefined) throw new ArgumentError(`expected a command of ${name}, got '${printable(command)}'`)
  const [number, declaration] = row
  return { number, table: tableOf((declaration as Parts).attrs as Parts | undefined) }
}

/** Requests the kernel's policy for a command (`CTRL_CMD_GETPOLICY`). */
export function* policy(family: GenericFamily, command: string): Operation<CommandPolicy> {
  const { number, table } = commandOf(family, command)
  const value = { attrs: { familyName: family.name, op: number } }
  const request: OperationRequest = { name: 'CTRL_CMD_GETPOLICY', value, options: {}, kind: 'dump' }
  let replies: { readonly attrs: CtrlAttrs }[]
  try {
    replies = (yield request) as { readonly attrs: CtrlAttrs }[]
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
  // One command was requested. For commands that can only be dumped the kernel reports number 0, so the key is ignored.
  const [[, indexes] = []] = replies.flatMap(({ attrs }) => attrs.opPolicy ?? [])
  const of = (index: number | undefined) => (index === undefined ? undefined : acceptedIn(policies, index, table))
  return { do: of(indexes?.do), dump: of(indexes?.dump) }
}

/**
 * Returns true if the kernel accepts an attribute in a command. `attribute` can be a path into nests: `a.b`. Returns false if the
 * kernel does not know the family or command, and undefined if it does not report its policy.
 */
export function* accepts(family: GenericFamily, command: string, attribute: string): Operation<boolean | undefined> {
  let found: CommandPolicy
  try {
    found = yield* policy(family, command)
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENOENT') return false
    throw error
  }
  const sets = [found.do, found.dump].filter((each) => each !== undefined)
  return sets.length === 0 ? undefined : sets.some((set) => hasPath(set, attribute.split('.')))
}

function hasPath(set: AcceptedAttributes | undefined, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true
  return set !== undefined && Object.hasOwn(set, key) && hasPath(set[key]?.attributes, rest)
}
