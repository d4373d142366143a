import { ArgumentError, isRecord, show } from '../../codec/error.js'
import type { CtrlAttrs } from '../../generic/control.js'
import type { GenericFamily } from '../../generic/family.js'
import { NetlinkError, type Policy } from '../../message/index.js'
import type { Operation, OperationRequest } from '../run/operation.js'
import { acceptedIn, type Parts, tableOf } from './decode.js'
import type { AcceptedAttributes, CommandPolicy } from './types.js'

/** Returns a family of generic netlink. @throws {TypeError} for another value */
export function checkFamily<F extends GenericFamily>(family: F): F {
  if (isRecord(family) && typeof family.name === 'string' && isRecord(family.messages)) return family
  throw new ArgumentError(`expected family to be one of generic netlink, like nlctrl, got ${show(family)}`)
}

/** Returns the number of a command and the rows of its attributes. @throws {TypeError} if the family does not have it */
function commandOf(family: GenericFamily, command: string) {
  const { name, messages } = checkFamily(family)
  const row = Object.hasOwn(messages, command) ? messages[command] : undefined
  if (row === undefined) throw new ArgumentError(`expected a command of ${name}, got ${show(command)}`)
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
  if (typeof attribute !== 'string')
    throw new ArgumentError(`expected attribute to be the path of an attribute, got ${show(attribute)}`)
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
