import type { GtpMessage } from '../../generic/gtp.js'
import type { LinkRef } from '../values/link-ref.js'

/** A tunnel of a GTP device (a PDP context), as it was read. */
export interface GtpTunnel {
  /** Index of the GTP device. */
  readonly dev: number
  /** Version of the protocol. */
  readonly version: 0 | 1
  /** Id of the tunnel, with version 0. */
  readonly tid?: bigint
  /** Flow label, with version 0. */
  readonly flow?: number
  /** Id in packets that this host receives, with version 1. */
  readonly inTeid?: number
  /** Id in packets that this host sends, with version 1. */
  readonly outTeid?: number
  /** Address of the subscriber: that of the packets inside. */
  readonly subscriber: string
  /** Address of the other end of the tunnel. */
  readonly peer: string
  /** The message of the kernel. Not enumerable. */
  readonly message: GtpMessage
}

/** A tunnel with the name of its device. */
export interface NamedGtpTunnel extends GtpTunnel {
  readonly devName?: string
}

/**
 * Selects a tunnel: by its device and `subscriber`, or for IPv4 by `tid` or `inTeid`. If there are both, the subscriber counts. A tunnel that was
 * read is accepted, too.
 */
export interface GtpTunnelKey {
  readonly dev: LinkRef
  /** Default: 0 with `tid`, otherwise 1. */
  readonly version?: 0 | 1 | undefined
  readonly tid?: bigint | undefined
  readonly inTeid?: number | undefined
  readonly subscriber?: string | undefined
}

/** A tunnel to add: with `tid`, or with `inTeid` and `outTeid`. */
export interface NewGtpTunnel extends GtpTunnelKey {
  /** Default: 0. */
  readonly flow?: number | undefined
  readonly outTeid?: number | undefined
  /** The kernel accepts IPv6 since 6.10: the prefix of 64 bits of a subscriber. */
  readonly subscriber: string
  readonly peer: string
}

/** Selects tunnels of a list. */
export interface GtpFilter {
  /** The GTP device. Default: all. */
  readonly dev?: LinkRef | undefined
}
