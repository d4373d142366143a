import { errnoName } from '../../errno.js'
import {
  MPTCP_EVENT,
  MPTCP_PM_ADDR_FLAG,
  MPTCP_PM_EV_FLAG,
  MPTCP_RST,
  type MptcpEventMessage,
  type MptcpPmMessage,
} from '../../generic/mptcp.js'
import { flagsIn, named } from '../values/names.js'
import { defined, withMessage } from '../values/objects.js'
import type { MptcpConnectionEvent, MptcpEndpoint } from './types.js'

/** Returns a number, or undefined for 0. */
const unlessZero = (value: number | undefined) => (value === 0 ? undefined : value)

/** Converts a message to an endpoint. */
export function toEndpoint(message: MptcpPmMessage): MptcpEndpoint {
  const { id = 0, addr4, addr6, port, ifIdx, flags = 0 } = message.attrs.addr ?? {}
  const object = {
    id,
    address: addr4 ?? addr6 ?? '',
    ...defined({ port: unlessZero(port), dev: unlessZero(ifIdx) }),
    flags: flagsIn(MPTCP_PM_ADDR_FLAG, flags),
  }
  return withMessage(object, message)
}

const isTrue = (value: number | undefined) => (value === undefined ? undefined : value !== 0)

/** Converts a message to an event. */
export function toMptcpEvent(message: MptcpEventMessage): MptcpConnectionEvent {
  const { attrs } = message
  const object = {
    type: named(MPTCP_EVENT, message.cmd) as MptcpConnectionEvent['type'],
    ...defined({
      ...{ token: attrs.token, localId: attrs.locId, remoteId: attrs.remId },
      ...{ local: attrs.saddr4 ?? attrs.saddr6, localPort: attrs.sport },
      ...{ remote: attrs.daddr4 ?? attrs.daddr6, remotePort: attrs.dport },
      backup: isTrue(attrs.backup),
      error: attrs.error ? errnoName(attrs.error) : undefined,
      flags: attrs.flags === undefined ? undefined : flagsIn(MPTCP_PM_EV_FLAG, attrs.flags),
      timeout: attrs.timeout,
      dev: unlessZero(attrs.ifIdx),
      resetReason: attrs.resetReason === undefined ? undefined : named(MPTCP_RST, attrs.resetReason),
      serverSide: isTrue(attrs.serverSide),
    }),
  }
  return withMessage(object, message) as MptcpConnectionEvent
}
