import type {
  MPTCP_EVENT,
  MPTCP_PM_ADDR_FLAG,
  MPTCP_PM_EV_FLAG,
  MPTCP_RST,
  MptcpEventMessage,
  MptcpPmMessage,
} from '../../generic/mptcp.js'
import type { LinkRef } from '../values/link-ref.js'
import type { Flag, Named, NameOf } from '../values/names.js'

/** An address that connections of MPTCP can use, as it was read. */
export interface MptcpEndpoint {
  /** Id of the endpoint, 1 to 255. */
  readonly id: number
  /** IPv4 or IPv6 address. */
  readonly address: string
  /** Port that is announced to the peer, with the flag SIGNAL. Absent for that of the connection. */
  readonly port?: number
  /** Index of the link that new subflows use. Absent for that of the route. */
  readonly dev?: number
  /** `SUBFLOW` opens a subflow from the address, `SIGNAL` announces it to the peer, `BACKUP`, `FULLMESH`, `IMPLICIT`, … */
  readonly flags: readonly Flag<typeof MPTCP_PM_ADDR_FLAG>[]
  /** The message of the kernel. Not enumerable. */
  readonly message: MptcpPmMessage
}

/** An endpoint with the name of its link. */
export interface NamedMptcpEndpoint extends MptcpEndpoint {
  readonly devName?: string
}

/** An endpoint to add. */
export interface NewMptcpEndpoint {
  /** IPv4 or IPv6 address. */
  readonly address: string
  /** 1 to 255. By default the kernel assigns one. */
  readonly id?: number | undefined
  /** Port to announce to the peer. Requires the flag SIGNAL. */
  readonly port?: number | undefined
  /** Link that new subflows use. */
  readonly dev?: LinkRef | undefined
  /** `SIGNAL`, `SUBFLOW`, `BACKUP`, `FULLMESH`, in upper or lower case. */
  readonly flags?: readonly string[] | undefined
}

/** Selects an endpoint, by its id or by its address. */
export interface MptcpEndpointKey {
  /** 1 to 255. With an `address`, 0 is the address of the connections themselves, which has no endpoint. */
  readonly id?: number | undefined
  /** IPv4 or IPv6 address. */
  readonly address?: string | undefined
  /** Port of the endpoint with this address. */
  readonly port?: number | undefined
}

/** Changes of an endpoint. */
export interface MptcpEndpointChanges {
  /** Flags to set (true) and to clear (false). Those that are left out stay. */
  readonly flags: Readonly<Partial<Record<'BACKUP' | 'FULLMESH', boolean>>>
}

/** Limits of the connections of a namespace. */
export interface MptcpLimits {
  /** Number of additional subflows of a connection. */
  readonly subflows: number
  /** Number of addresses that a connection accepts from the peer. */
  readonly addAddrAccepted: number
}

/** An event of a connection of MPTCP. Its kind determines which members it has. */
export interface MptcpConnectionEvent {
  /** MPTCP_EVENT_* in lower case: `created`, `sub_established`, … */
  readonly type: NameOf<typeof MPTCP_EVENT>
  /** Token of the connection. Absent for listeners. */
  readonly token?: number
  /** Id of the local address. */
  readonly localId?: number
  /** Id of the address of the peer. */
  readonly remoteId?: number
  readonly local?: string
  readonly localPort?: number
  readonly remote?: string
  readonly remotePort?: number
  /** True for a subflow that is used if no other one works. */
  readonly backup?: boolean
  /** Error that closed a subflow: `ECONNRESET`. */
  readonly error?: string
  readonly flags?: readonly Flag<typeof MPTCP_PM_EV_FLAG>[]
  /** Milliseconds without an answer. */
  readonly timeout?: number
  /** Index of the link of the subflow. */
  readonly dev?: number
  /** Reason in the reset that closed a subflow. */
  readonly resetReason?: Named<typeof MPTCP_RST>
  /** True on the side that accepted the connection. */
  readonly serverSide?: boolean
  /** The message of the kernel. Not enumerable. */
  readonly message: MptcpEventMessage
}

/** The kernel has dropped events, because they were not read in time. */
export interface MptcpOverrun {
  readonly type: 'overrun'
}

/** An event of {@link MptcpOperations.watch}, discriminated by `type`. */
export type MptcpEvent = MptcpConnectionEvent | MptcpOverrun
