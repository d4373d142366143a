import type { IPPROTO } from '../../constants/index.js'
import type { FouMessage } from '../../generic/fou.js'
import type { IpFamily } from '../values/ip-text.js'
import type { LinkRef } from '../values/link-ref.js'
import type { Named } from '../values/names.js'

/** A UDP port that receives tunnels, as it was read. */
export interface FouPort {
  readonly port: number
  readonly family: IpFamily
  /** Protocol of the packets inside: `gre`, `ipip`, `ipv6`, … Absent with `gue`. */
  readonly ipproto?: Named<typeof IPPROTO>
  /** True for Generic UDP Encapsulation, whose header contains the protocol. Absent otherwise. */
  readonly gue?: true
  /** Address to which packets are sent. Absent for all addresses. */
  readonly local?: string
  /** Address from which packets are accepted. Absent for all addresses. */
  readonly peer?: string
  /** Port from which packets are accepted. Absent for all ports. */
  readonly peerPort?: number
  /** Index of the link over which packets are accepted. Absent for all links. */
  readonly dev?: number
  /** True if checksums that the sender has offloaded are always computed (REMCSUM_NOPARTIAL). Absent otherwise. */
  readonly remcsumNopartial?: true
  /** The message of the kernel. Not enumerable. */
  readonly message: FouMessage
}

/** A port with the name of its link. */
export interface NamedFouPort extends FouPort {
  readonly devName?: string
}

/** Selects a port: all that is given when it is added, except for the kind of packets. A port that was read is accepted, too. */
export interface FouPortKey {
  /** 1 to 65535. */
  readonly port: number
  /** Default: that of the addresses; without addresses `inet`. */
  readonly family?: IpFamily | undefined
  /** Address to which packets are sent. Default: all addresses. */
  readonly local?: string | undefined
  /** Address from which packets are accepted, with `peerPort`. Default: all addresses. */
  readonly peer?: string | undefined
  /** Port from which packets are accepted, with `peer`. Default: all ports. */
  readonly peerPort?: number | undefined
  /** Link over which packets are accepted. Default: all links. */
  readonly dev?: LinkRef | undefined
}

/** A port to add: with `ipproto` or `gue`. */
export interface NewFouPort extends FouPortKey {
  /** Protocol of the packets inside. */
  readonly ipproto?: Named<typeof IPPROTO> | undefined
  /** True for Generic UDP Encapsulation, whose header contains the protocol. */
  readonly gue?: boolean | undefined
  /** True to compute checksums always that the sender has offloaded. */
  readonly remcsumNopartial?: boolean | undefined
}
