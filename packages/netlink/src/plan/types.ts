import type { AddressKey, NewAddress } from '../api/address/types.js'
import type { NewBridgeGlobalVlan } from '../api/bridge-global-vlan/types.js'
import type { BridgeMdbKey, NewBridgeMdbEntry } from '../api/bridge-mdb/types.js'
import type { BridgeVlanKey, NewBridgeVlan } from '../api/bridge-vlan/types.js'
import type { BridgeVniKey, NewBridgeVni } from '../api/bridge-vni/types.js'
import type { LinkSettings, LinkToCopy, NewLink } from '../api/link/types.js'
import type { NeighbourKey, NewNeighbour } from '../api/neighbour/types.js'
import type { NexthopKey } from '../api/nexthop/types.js'
import type { NewQdisc, QdiscKey } from '../api/qdisc/types.js'
import type { NewRoute } from '../api/route/types.js'
import type { NewRule } from '../api/rule/types.js'
import type { Change } from '../api/run/ensure.js'
import type { Conflict } from './conflict.js'

/** Marks an object that must not exist. Of its other members, those that identify it are needed. */
export interface Absent {
  readonly absent: true
}

/** Allows a plan to delete an object and create it again, if it cannot be changed. */
export interface Recreatable {
  /** True: delete and create the object if another kind has its name, or if a property differs that the kernel cannot change. */
  readonly recreate?: boolean | undefined
}

/** Lets a plan wait for the carrier of a link. */
export interface WithCarrier {
  /**
   * True: `apply` waits until the link has a carrier and is not operationally down. No step of a plan can bring it about. A link without
   * this key needs no carrier.
   */
  readonly carrier?: true | undefined
}

/** A link that must exist already, such as a network card: it has a name and no kind. */
export type ExistingLink = LinkSettings & {
  readonly name: string
  readonly kind?: undefined
  readonly slaveKind?: string | undefined
  readonly slaveData?: object | undefined
}

/** The lists of a {@link Desired} state. */
export interface DesiredObjects {
  /** Links by name. Without `kind`, the link must exist. Links are deleted only by `absent`. */
  readonly links?: readonly (
    | (NewLink & Recreatable & WithCarrier)
    | LinkToCopy
    | (ExistingLink & WithCarrier)
    | ({ readonly name: string } & Absent)
  )[]
  readonly addresses?: readonly (NewAddress | (AddressKey & Absent))[]
  readonly routes?: readonly (NewRoute | (NewRoute & Absent))[]
  readonly rules?: readonly (NewRule | (NewRule & Absent))[]
  /** Next hops by `id`. */
  readonly nexthops?: readonly (NexthopKey | (NexthopKey & Absent))[]
  readonly neighbours?: readonly (NewNeighbour | (NeighbourKey & Absent))[]
  /** VLANs of bridges and ports. Two specs must not name the same VLAN of a port. */
  readonly bridgeVlans?: readonly (NewBridgeVlan | (BridgeVlanKey & Absent))[]
  /** Options of VLANs in their whole bridge. They exist as long as the VLAN, so they cannot be absent. */
  readonly bridgeGlobalVlans?: readonly NewBridgeGlobalVlan[]
  /** VNIs that vxlans accept. */
  readonly bridgeVnis?: readonly (NewBridgeVni | (BridgeVniKey & Absent))[]
  /** Entries of the multicast databases of bridges and vxlans. */
  readonly bridgeMdb?: readonly (NewBridgeMdbEntry | (BridgeMdbKey & Absent))[]
  readonly qdiscs?: readonly ((NewQdisc & Recreatable) | (QdiscKey & Absent))[]
}

/** The lists whose objects bear the number of the program that created them. */
export type PrunedList = 'routes' | 'rules' | 'addresses' | 'nexthops'

/**
 * The state that a host should have. The objects are those of `ensure`. What is not named is left alone: other objects, and properties
 * that are left out.
 *
 * ```ts
 * const plan = await nl.plan({
 *   links: [{ name: 'br0', kind: 'bridge', up: true }, { name: 'eth1', master: 'br0' }],
 *   addresses: [{ address: '10.0.0.1/24', dev: 'br0' }],
 *   mark: 201,
 *   prune: ['routes'],
 * })
 * ```
 */
export interface Desired extends DesiredObjects {
  /**
   * Protocol number from 5 to 255 that added routes, rules, addresses and next hops get, unless they have their own: rtm_protocol,
   * FRA_PROTOCOL, IFA_PROTO, nh_protocol.
   */
  readonly mark?: number | undefined
  /** The lists of which objects with `mark` are deleted, if they are not desired. Requires `mark`. */
  readonly prune?: readonly PrunedList[] | undefined
}

/** A kind of object, as steps name it. */
export type PlannedObject =
  | 'link'
  | 'address'
  | 'route'
  | 'rule'
  | 'nexthop'
  | 'neighbour'
  | 'qdisc'
  | 'vlan'
  | 'globalVlan'
  | 'vni'
  | 'mdb'

/** One step of a plan: one object, changed by one request or by a few that belong together. */
export interface Step {
  /** Position in the plan, from 1. */
  readonly id: number
  /** `replace`: the kernel creates the object anew in place of the old one. */
  readonly verb: 'add' | 'change' | 'replace' | 'remove'
  readonly object: PlannedObject
  /** The object in the words of `ip`: `10.9.0.0/16 via 10.0.0.9`. */
  readonly key: string
  /** The properties that change. For a new object: those of the spec, without `before`. Empty for one that is removed. */
  readonly changes: readonly Change[]
  /** The steps that must be done before this one. */
  readonly after: readonly number[]
  /** The part of the network that stops working while the step is done, or that is lost. */
  readonly disrupts?: string
  /** `exact`: the original can be restored. `lossy`: part of it is lost, such as counters. `none`: it cannot be restored. */
  readonly undo: 'exact' | 'lossy' | 'none'
  /** The reason for a step that is not in the desired state: an object of `prune`. */
  readonly reason?: string
}

/** Options of {@link Plan.applySync}. */
export interface ApplyOptionsSync {
  /** If a step fails: `undo` reverts those that were done, `stop` leaves them. Default: `undo`. */
  readonly onFailure?: 'undo' | 'stop' | undefined
  /** True allows steps whose undo is not exact. Default: false. */
  readonly allowLossy?: boolean | undefined
}

/** A check after the steps of a plan. It passes unless it throws, rejects, or returns false. */
export type PlanCheck = () => unknown

/** Options of {@link Plan.apply}. */
export interface ApplyOptions extends ApplyOptionsSync {
  /** Milliseconds to wait for the desired state after the last step: duplicate address detection, carrier. Default: 5000. */
  readonly settle?: number | undefined
  /** Functions that must pass after the steps. If one fails, the steps are undone. */
  readonly checks?: readonly PlanCheck[] | undefined
  /**
   * Milliseconds after which another process undoes the steps, unless {@link Applied.confirm} is called before. It also does if this
   * process dies.
   */
  readonly confirmWithin?: number | undefined
  /** Stops before the next step; the steps that were done are undone, unless `onFailure` is `stop`. */
  readonly signal?: AbortSignal | undefined
  /** Is called after each step that was done, e.g. to show the progress. It must not wait. If it throws, the steps are undone. */
  readonly onStep?: ((step: Step) => void) | undefined
}

/** A step that could not be undone. */
export interface NotUndone {
  readonly step: Step
  /** The kernel's refusals. */
  readonly errors: readonly Error[]
}

/** The result of undoing the steps of a plan. */
export interface Undone {
  readonly undone: readonly Step[]
  /** The steps of which something is left. */
  readonly left: readonly NotUndone[]
}

/** The result of {@link Plan.applySync}. */
export interface AppliedSync {
  /** The steps that were done. */
  readonly done: readonly Step[]
  /** Undoes all steps, last first. A second call does nothing. @throws {PlanBusyError} if another process changes the namespace */
  undoSync(): Undone
}

/** The result of {@link Plan.apply}. */
export interface Applied extends AppliedSync {
  /** Name of the journal if `confirmWithin` was given. */
  readonly journal?: string
  /**
   * Keeps the change: the other process ends without undoing it. Without `confirmWithin` it does nothing.
   * @throws {ConfirmError} if the change was undone, or confirmed by another process
   * @throws {UnwatchedChangeError} if the process that would undo it was killed
   */
  confirm(): Promise<void>
  /** Undoes all steps, last first. After the change was confirmed or undone, by any process, it does nothing. */
  undo(): Promise<Undone>
}

/** A plan as JSON: {@link Plan.toJSON}. 64-bit numbers are numbers if that is exact, or else text, bytes are hexadecimal text. */
export interface PlanJson {
  readonly steps: readonly Step[]
  readonly conflicts: readonly Conflict[]
  /** Number of desired objects that need no change. */
  readonly unchanged: number
  /** Number of objects of the named kinds that are not named. */
  readonly others: number
}

/** The steps from the present state to a desired one. Planning changes nothing. */
export interface Plan {
  readonly steps: readonly Step[]
  /** All reasons why the state cannot be reached. If there is one, the plan cannot be applied. */
  readonly conflicts: readonly Conflict[]
  /** Number of desired objects that need no change. */
  readonly unchanged: number
  /** Number of objects of the named kinds that are not named, and are left alone. */
  readonly others: number
  /** True if there is nothing to do and no conflict. */
  readonly isEmpty: boolean
  /** Returns the plan as text, one line per step. */
  toString(): string
  toJSON(): PlanJson
  /**
   * Does the steps in order. Reads everything again before the first one. A plan can be applied again once its steps are undone.
   * @throws {PlanRefusedError} if the plan has conflicts, or steps that `allowLossy` must allow; nothing was done
   * @throws {PlanStaleError} if something has changed since the plan was made, or it was applied before; nothing was done
   * @throws {PlanBusyError} if another process changes the namespace, or another call does the steps; nothing was done
   * @throws {UnwatchedChangeError} if a change before was neither confirmed nor undone; nothing was done
   * @throws {ApplyError} if a step or a check fails
   * @throws {NotSettledError} if the state is not the desired one after `settle`; the steps are not undone
   */
  apply(options?: ApplyOptions): Promise<Applied>
  /** Does the steps in order, blocking the thread. Compares the state with the desired one once, without waiting. */
  applySync(options?: ApplyOptionsSync): AppliedSync
}
