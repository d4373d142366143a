import type { ExpectMessage, IP_CT_DIR, NF_CT_EXPECT } from '../../netfilter/index.js'
import type { IpFamily } from '../values/ip-text.js'
import type { Flag, Named } from '../values/names.js'
import type { ConntrackProtocolTuple, ConntrackTuple } from './types.js'

/** The translation of an expected connection. */
export interface ExpectationNat {
  /** Direction of the packets that are translated. */
  readonly direction: Named<typeof IP_CT_DIR>
  readonly tuple: ConntrackProtocolTuple
}

/** A connection that a helper expects, as `conntrack -L expect` prints it. */
export interface Expectation {
  readonly family: IpFamily
  readonly tuple: ConntrackProtocolTuple
  /** The bits of `tuple` that are compared: `255.255.255.255` is the whole address, 65535 the whole port. */
  readonly mask: ConntrackTuple
  /** The connection that the helper works for. */
  readonly master: ConntrackProtocolTuple
  /** Seconds. Left out in events. */
  readonly timeout?: number
  readonly zone: number
  readonly id: number
  readonly helper?: string
  /** Class of the helper's policy: the limits of its expectations. */
  readonly class: number
  /** NF_CT_EXPECT_* */
  readonly flags: readonly Flag<typeof NF_CT_EXPECT>[]
  readonly nat?: ExpectationNat
  /** Name of the function of the kernel that handles the connection. */
  readonly fn?: string
  /** The decoded message. Not enumerable. */
  readonly message: ExpectMessage
}

/** A tuple of which some members may be left out. */
export interface ExpectedTuple extends Partial<ConntrackTuple> {
  readonly protocol: ConntrackProtocolTuple['protocol']
}

/** Identifies an expectation. One that was read identifies itself. */
export interface ExpectationKey {
  readonly tuple: ExpectedTuple
  /** Default: 0. */
  readonly zone?: number | undefined
  readonly id?: number | undefined
}

/** An expectation to create. */
export interface NewExpectation {
  /** Its addresses and ports may be left out: any match then. */
  readonly tuple: ExpectedTuple
  /** By default, the members of `tuple` that are given are compared as a whole. */
  readonly mask?: Partial<ConntrackTuple> | undefined
  /** A connection with a helper. */
  readonly master: ConntrackProtocolTuple
  /** Seconds. The kernel uses the helper's own limit if there is one. */
  readonly timeout?: number | undefined
  /** Default: 0. */
  readonly zone?: number | undefined
  readonly helper?: string | undefined
  readonly class?: number | undefined
  readonly flags?: Expectation['flags'] | undefined
  readonly nat?: ExpectationNat | undefined
  readonly fn?: string | undefined
}

/** Restricts a list of expectations. */
export interface ExpectationFilter {
  readonly family?: IpFamily | undefined
  /** Only those of this connection. */
  readonly master?: ConntrackProtocolTuple | undefined
  /** Default: every zone; with `master`, its zone, which is 0 by default. */
  readonly zone?: number | undefined
  readonly helper?: string | undefined
}

/** Counters of one CPU. */
export interface ExpectationCpuStats {
  readonly cpu: number
  readonly new: number
  readonly create: number
  readonly delete: number
}

/** An event of `nl.conntrack.expectations.watch()`. */
export type ExpectationEvent =
  | { readonly type: 'added' | 'changed' | 'removed'; readonly object: Expectation }
  /** Notifications were lost: list the expectations again. */
  | { readonly type: 'overrun' }
