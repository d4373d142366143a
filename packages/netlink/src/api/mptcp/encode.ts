import { AF, ArgumentError, show } from '../../codec/index.js'
import { MPTCP_PM_ADDR_FLAG, type MptcpAddrAttrs } from '../../generic/mptcp.js'
import { integers, U32 } from '../values/accepted.js'
import { familyOf, parseText } from '../values/ip-text.js'
import { bitsOf } from '../values/names.js'
import { checkKeys, checkRecord, defined, requireKeys } from '../values/objects.js'
import type { MptcpEndpointChanges, MptcpEndpointKey, MptcpLimits, NewMptcpEndpoint } from './types.js'

const ID = integers(1, 255)
const PORT = integers(1, 65535)

const newKeys = { address: 1, id: ID, port: PORT, dev: 1, flags: 1 } satisfies Record<keyof NewMptcpEndpoint, unknown>
const keyKeys = { id: integers(0, 255), address: 1, port: PORT } satisfies Record<keyof MptcpEndpointKey, unknown>

/** Returns the attributes of an address. @throws {TypeError} */
function addressAttrs(address: string): Pick<MptcpAddrAttrs, 'family' | 'addr4' | 'addr6'> {
  const text = parseText('address', address).address
  return familyOf(text) === 'inet' ? { family: AF.INET, addr4: text } : { family: AF.INET6, addr6: text }
}

/** Flags that the kernel sets itself. */
const REPORTED = MPTCP_PM_ADDR_FLAG.IMPLICIT

/** Returns the attributes of an endpoint to add, without its link. @throws {TypeError} */
export function encodeEndpoint(endpoint: NewMptcpEndpoint): MptcpAddrAttrs {
  checkKeys('endpoint', endpoint, newKeys)
  requireKeys('endpoint', endpoint, 'address')
  const { address, id, port, flags: names = [] } = endpoint
  const flags = bitsOf('flags of endpoint', MPTCP_PM_ADDR_FLAG, names)
  if ((flags & REPORTED) !== 0)
    throw new ArgumentError(
      'expected flags of endpoint that a request can set, got IMPLICIT, which only the kernel sets',
    )
  if (port !== undefined && (flags & MPTCP_PM_ADDR_FLAG.SIGNAL) === 0)
    throw new ArgumentError(`expected port of endpoint only with the flag SIGNAL, got ${show(port)} without it`)
  if ((flags & MPTCP_PM_ADDR_FLAG.SIGNAL) !== 0 && (flags & MPTCP_PM_ADDR_FLAG.FULLMESH) !== 0)
    throw new ArgumentError('expected flags of endpoint to have SIGNAL or FULLMESH, got both')
  return { ...addressAttrs(address), ...defined({ id, port }), ...(flags !== 0 && { flags }) }
}

/** A checked key. */
export interface EndpointKey {
  readonly id: number | undefined
  readonly address: string | undefined
  readonly port: number | undefined
}

/** Checks a key. @throws {TypeError} */
export function endpointKey(key: MptcpEndpointKey): EndpointKey {
  checkKeys('endpoint', key, keyKeys)
  const { id, address, port } = key
  if (id === undefined && address === undefined)
    throw new ArgumentError("expected endpoint to have 'id' or 'address', got none")
  if (id === 0 && address === undefined)
    throw new ArgumentError("expected endpoint to have 'address' with the id 0, got none")
  return { id, port, address: address === undefined ? undefined : parseText('address', address).address }
}

/** Returns the attributes that select an endpoint. The kernel looks up the id, except of the id 0. */
export const keyAttrs = ({ id, address }: EndpointKey): MptcpAddrAttrs => ({
  ...defined({ id }),
  ...(address !== undefined && addressAttrs(address)),
})

const CHANGEABLE = { BACKUP: MPTCP_PM_ADDR_FLAG.BACKUP, FULLMESH: MPTCP_PM_ADDR_FLAG.FULLMESH } as const

/** Returns the bits after a change. @throws {TypeError} */
export function changedFlags(flags: number, changes: MptcpEndpointChanges): number {
  checkKeys('changes', changes, { flags: 1 })
  requireKeys('changes', changes, 'flags')
  checkRecord('flags of changes', changes.flags)
  let bits = flags
  for (const [name, isSet] of Object.entries(changes.flags as Readonly<Record<string, unknown>>)) {
    if (!Object.hasOwn(CHANGEABLE, name))
      throw new ArgumentError(`expected flags of changes to be of BACKUP, FULLMESH, got ${show(name)}`)
    if (isSet === undefined) continue
    if (typeof isSet !== 'boolean')
      throw new ArgumentError(`expected ${name} of flags to be true or false, got ${show(isSet)}`)
    const bit = CHANGEABLE[name as keyof typeof CHANGEABLE]
    bits = isSet ? bits | bit : bits & ~bit
  }
  return bits
}

/** Returns the attributes of limits. @throws {TypeError} */
export function encodeLimits(limits: Partial<MptcpLimits>): { subflows?: number; rcvAddAddrs?: number } {
  checkKeys('limits', limits, { subflows: U32, addAddrAccepted: U32 })
  const { subflows, addAddrAccepted } = limits
  if (subflows === undefined && addAddrAccepted === undefined)
    throw new ArgumentError("expected limits to have 'subflows' or 'addAddrAccepted', got none")
  return defined({ subflows, rcvAddAddrs: addAddrAccepted })
}
