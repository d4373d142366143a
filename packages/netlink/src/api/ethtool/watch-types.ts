import type { ETHTOOL_A_CABLE_PAIR, ETHTOOL_A_CABLE_RESULT_CODE } from '../../generic/ethtool/index.js'
import type { Named } from '../values/names.js'
import type { EthtoolObject, EthtoolObjects } from './types.js'

/** The properties of `nl.ethtool` whose changes the kernel announces. */
export type EthtoolWatched = Exclude<
  keyof EthtoolObjects,
  'linkState' | 'timestamping' | 'timestampConfig' | 'stats' | 'plcaStatus' | 'virtualClocks' | 'tunnels'
>

/** Settings of a link were changed. */
export type EthtoolChangeEvent = {
  [K in EthtoolWatched]: {
    readonly type: 'changed'
    /** The property of `nl.ethtool` that the object belongs to. */
    readonly subject: K
    /** The object after the change. */
    readonly object: EthtoolObjects[K]
  }
}[EthtoolWatched]

/** The result of a pair of wires. */
export interface EthtoolCableResult {
  readonly pair: Named<typeof ETHTOOL_A_CABLE_PAIR>
  /** `ok`, `open`, `same_short`, …. */
  readonly code: Named<typeof ETHTOOL_A_CABLE_RESULT_CODE>
  /** Distance of the fault, in centimetres. */
  readonly faultLength?: number
}

/** A cable test began or ended. */
export interface EthtoolCableTestEvent extends EthtoolObject {
  readonly type: 'cableTest'
  readonly status: 'started' | 'completed'
  readonly results: readonly EthtoolCableResult[]
}

/** Another notification. */
export interface EthtoolOtherEvent {
  readonly type: 'other'
  /** Name of the message: `ETHTOOL_MSG_PSE_NTF`. */
  readonly name: string
  readonly message: object
}

/** Notifications were lost: read the objects again. */
export interface EthtoolLostEvent {
  readonly type: 'overrun'
}

/** An event of `nl.ethtool.watch()`. */
export type EthtoolEvent = EthtoolChangeEvent | EthtoolCableTestEvent | EthtoolOtherEvent | EthtoolLostEvent
