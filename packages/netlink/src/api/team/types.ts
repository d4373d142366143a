import type { DUPLEX } from '../../constants/index.js'
import type { TeamMessage } from '../../generic/team.js'
import type { LinkRef } from '../values/link-ref.js'
import type { Named } from '../values/names.js'

/** The value of an option. Its type depends on the option: see {@link TeamOption.type}. */
export type TeamValue = number | string | boolean | Uint8Array

/** An option of a team, as it was read. */
export interface TeamOption {
  /** Name in the kernel: `mode`, `activeport`, `priority`, … */
  readonly name: string
  /** Type of the value: `u32` and `s32` are numbers, `string` is a text, `bool` is true or false, `binary` is bytes. */
  readonly type: 'u32' | 's32' | 'string' | 'bool' | 'binary'
  readonly value: TeamValue
  /** Index of the port that the option belongs to. Absent for an option of the team. */
  readonly dev?: number
  /** Position in an option with several values: `lb_tx_hash_to_port_mapping`. Absent for an option with one value. */
  readonly arrayIndex?: number
}

/** An option with the name of its port. */
export interface NamedTeamOption extends TeamOption {
  readonly devName?: string
}

/** Selects an option of a team. An option that was read is accepted, too. */
export interface TeamOptionKey {
  readonly name: string
  /** Port that the option belongs to. Left out for an option of the team. */
  readonly dev?: LinkRef | undefined
  /** Position in an option with several values. Required for those. */
  readonly arrayIndex?: number | undefined
}

/** An option to set. The kernel's type of the option decides which values are accepted. */
export interface NewTeamOption extends TeamOptionKey {
  readonly value: TeamValue
}

/** A port of a team. */
export interface TeamPort {
  /** Index of the link. */
  readonly dev: number
  readonly isLinkUp: boolean
  /** Mbit/s. 0 if the link is down, or if the driver does not report it. */
  readonly speed: number
  /** `half` or `full`. */
  readonly duplex: Named<typeof DUPLEX>
}

/** A port with the name of its link. */
export interface NamedTeamPort extends TeamPort {
  readonly devName?: string
}

/** A team: its mode and ports. */
export interface Team {
  /** Index of the link. */
  readonly index: number
  readonly name: string
  /** `roundrobin`, `activebackup`, `loadbalance`, `broadcast`, `random`. Absent before one is set. */
  readonly mode?: string
  /** Index of the port that sends and receives, in the mode `activebackup`. Absent if there is none. */
  readonly activePort?: number
  readonly ports: readonly TeamPort[]
}

/** Settings of a team that have an option in the kernel. */
export interface TeamSettings {
  /** `roundrobin`, `activebackup`, `loadbalance`, `broadcast`, `random`. Only a team without ports can change it. */
  readonly mode?: string | undefined
  /** Port that sends and receives, in the mode `activebackup`. */
  readonly activePort?: LinkRef | undefined
}

/** Options of a team were changed, added or removed. */
export interface TeamOptionsEvent {
  readonly type: 'options'
  /** Index of the team. */
  readonly team: number
  readonly options: readonly (TeamOption & {
    /** True if the option was removed, with its port or mode. */
    readonly isRemoved: boolean
  })[]
  /** The message of the kernel. Not enumerable. */
  readonly message: TeamMessage
}

/** Ports of a team were added or removed, or their state has changed. */
export interface TeamPortsEvent {
  readonly type: 'ports'
  /** Index of the team. */
  readonly team: number
  readonly ports: readonly (TeamPort & {
    /** True if the port was removed from the team. */
    readonly isRemoved: boolean
  })[]
  /** The message of the kernel. Not enumerable. */
  readonly message: TeamMessage
}

/** The kernel has dropped events, because they were not read in time. */
export interface TeamOverrun {
  readonly type: 'overrun'
}

/** An event of {@link TeamOperations.watch}. */
export type TeamEvent = TeamOptionsEvent | TeamPortsEvent | TeamOverrun
