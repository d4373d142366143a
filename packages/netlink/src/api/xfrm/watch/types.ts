import type { IPPROTO } from '../../../constants/ip.js'
import type { XFRM_POLICY_DIR } from '../../../constants/xfrm.js'
import type { XFRM_MODE, XFRM_POLICY_TYPE } from '../../../xfrm/constants.js'
import type { Named } from '../../values/names.js'
import type { XfrmPolicy } from '../policy/types.js'
import type { XfrmState } from '../state/types.js'
import type { XfrmSelector } from '../types.js'

/** The objects of events, by kind. */
export interface XfrmWatched {
  readonly state: XfrmState
  readonly policy: XfrmPolicy
}

/** A state or policy was added, changed or removed. */
export type XfrmChangeEvent = {
  [K in keyof XfrmWatched]: {
    readonly type: 'added' | 'changed' | 'removed'
    readonly kind: K
    /** The object after the change; before it, if it was removed. */
    readonly object: XfrmWatched[K]
  }
}[keyof XfrmWatched]

/** A state or policy has reached a limit. */
export type XfrmExpireEvent = {
  [K in keyof XfrmWatched]: {
    readonly type: 'expired'
    readonly kind: K
    readonly object: XfrmWatched[K]
    /** True if the kernel has deleted it; false for a soft limit. */
    readonly hard: boolean
  }
}[keyof XfrmWatched]

/** The kernel requests a state, which a policy requires for a packet. A state with `seq` answers it. */
export interface XfrmAcquireEvent {
  readonly type: 'acquire'
  readonly src: string
  readonly dst: string
  readonly proto: Named<typeof IPPROTO>
  /** The packet. */
  readonly sel: XfrmSelector
  /** The policy. */
  readonly policy: XfrmPolicy
  readonly seq: number
}

/** All states were deleted, or those of a protocol. */
export interface XfrmStatesFlushed {
  readonly type: 'flushed'
  readonly kind: 'state'
  /** Left out for all. */
  readonly proto?: Named<typeof IPPROTO>
}

/** All policies of a type were deleted. */
export interface XfrmPoliciesFlushed {
  readonly type: 'flushed'
  readonly kind: 'policy'
  readonly ptype: Named<typeof XFRM_POLICY_TYPE>
}

/** The end of a tunnel that moves. */
export interface XfrmMove {
  readonly oldSrc: string
  readonly oldDst: string
  readonly newSrc: string
  readonly newDst: string
  readonly proto: Named<typeof IPPROTO>
  readonly mode: Named<typeof XFRM_MODE>
  readonly reqid: number
}

/** The ends of a policy's tunnels were moved. */
export interface XfrmMigrateEvent {
  readonly type: 'migrated'
  readonly dir: Named<typeof XFRM_POLICY_DIR>
  readonly sel: XfrmSelector
  readonly moves: readonly XfrmMove[]
}

/** The peer of a state has a new address or port, because a NAT has changed it. */
export interface XfrmMappingEvent {
  readonly type: 'mapping'
  readonly dst: string
  readonly proto: Named<typeof IPPROTO>
  readonly spi: number
  readonly reqid: number
  readonly oldSrc: string
  readonly newSrc: string
  readonly oldSport: number
  readonly newSport: number
}

/** Notifications were lost: list the objects again. */
export interface XfrmLostEvent {
  readonly type: 'overrun'
}

/** An event of `nl.xfrm.watch()`. */
export type XfrmEvent =
  | XfrmChangeEvent
  | XfrmExpireEvent
  | XfrmAcquireEvent
  | XfrmStatesFlushed
  | XfrmPoliciesFlushed
  | XfrmMigrateEvent
  | XfrmMappingEvent
  | XfrmLostEvent
