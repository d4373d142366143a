import { nearest } from '../../codec/nearest.js'
import { Connection } from '../../connection/connection.js'
import { nlctrl } from '../../generic/index.js'
import { NETLINK } from '../../message/index.js'
import { SystemError } from '../../socket/index.js'
import type { SocketFactory, Transport } from '../../socket/transport.js'
import type { GenericGroups, Group, Wanted } from './objects.js'

/** The running kernel does not have a group or a family that was named. */
export class UnknownGroupError extends Error {
  override readonly name = 'UnknownGroupError'
  readonly code = 'ERR_NETLOOM_UNKNOWN_GROUP'

  constructor(what: string, name: string, known: readonly string[] = []) {
    const near = nearest(name, known)
    super(`this kernel has no ${what} '${name}'${near === undefined ? '' : `; did you mean '${near}'?`}`)
  }
}

/** A family of generic netlink of the running kernel. */
interface Family {
  readonly id: number
  readonly groups: ReadonlyMap<string, number>
}

/** Returns the families of generic netlink of the running kernel, by name. */
function familiesOf(socketFactory: SocketFactory): ReadonlyMap<string, Family> {
  const control = Connection.openGeneric(nlctrl, { socketFactory })
  try {
    return new Map(
      control.dumpSync('CTRL_CMD_GETFAMILY').map(({ attrs: { familyId = 0, familyName = '', mcastGroups = [] } }) => {
        const groups = mcastGroups.flatMap(({ name, id }) =>
          name === undefined || id === undefined ? [] : [[name, id] as const],
        )
        return [familyName, { id: familyId, groups: new Map(groups) }]
      }),
    )
  } finally {
    control.close()
  }
}

/** Returns the groups of a family that an operand names. @throws {UnknownGroupError} */
function groupsOf({ family: name, group }: GenericGroups, families: ReadonlyMap<string, Family>): Group[] {
  const family = families.get(name)
  if (family === undefined) throw new UnknownGroupError('family of generic netlink', name, [...families.keys()])
  if (group !== undefined && !family.groups.has(group))
    throw new UnknownGroupError(
      'group',
      `generic:${name}:${group}`,
      [...family.groups.keys()].map((each) => `generic:${name}:${each}`),
    )
  if (family.groups.size === 0) throw new UnknownGroupError('group of', `generic:${name}`)
  return [...family.groups]
    .filter(([each]) => group === undefined || each === group)
    .map(([each, number]) => ({ protocol: NETLINK.GENERIC, name: `generic:${name}:${each}`, number }))
}

/** Groups whose numbers are known, and the names of families of generic netlink by their numbers. */
export interface ResolvedGroups {
  readonly groups: readonly Group[]
  readonly families: ReadonlyMap<number, string>
}

/** Requests the numbers of the groups of generic netlink. @throws {UnknownGroupError} */
export function resolveGroups({ groups, generic }: Wanted, sockets: SocketFactory): ResolvedGroups {
  if (generic.length === 0) return { groups, families: new Map() }
  const families = familiesOf(sockets)
  return {
    groups: [...groups, ...generic.flatMap((each) => groupsOf(each, families))],
    families: new Map([...families].map(([name, { id }]) => [id, name])),
  }
}

/** Errors for a group or a protocol that the kernel does not have. */
const missing = ['EINVAL', 'ENOENT', 'EPROTONOSUPPORT']

/**
 * Opens a socket and joins groups of its protocol. If not all are `required`, leaves out those that the kernel does not have or
 * permit, and returns undefined if none is left.
 * @throws {UnknownGroupError}
 */
export function joinAll(
  sockets: SocketFactory,
  protocol: number,
  groups: readonly Group[],
  { isRequired, allNsid }: { readonly isRequired: boolean; readonly allNsid: boolean },
): { readonly transport: Transport; readonly joined: readonly Group[] } | undefined {
  const joined: Group[] = []
  let transport: Transport | undefined
  try {
    transport = sockets.open(protocol, { allNsid })
    for (const group of groups) if (joinOne(transport, group, isRequired)) joined.push(group)
    if (joined.length > 0) return { transport, joined }
  } catch (error) {
    transport?.close()
    if (isRequired || !isMissing(error)) throw error
    return undefined
  }
  transport.close()
  return undefined
}

const isMissing = (error: unknown, ...others: string[]): error is SystemError =>
  error instanceof SystemError && [...missing, ...others].includes(error.code)

function joinOne(transport: Transport, { name, number }: Group, isRequired: boolean): boolean {
  try {
    transport.join(number)
    return true
  } catch (error) {
    if (isRequired ? !isMissing(error) : !isMissing(error, 'EPERM', 'EACCES')) throw error
    if (isRequired) throw new UnknownGroupError('group', name)
    return false
  }
}
