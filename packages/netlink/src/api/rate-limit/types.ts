import type { LinkRef } from '../values/link-ref.js'
import type { Rate, Size, Time } from '../values/units.js'

/** Method for arriving packets: `police` drops those above the rate, `ifb` lets them wait. */
export type IngressMethod = 'police' | 'ifb'

/** A limit of the rate of a link, in both directions. A direction that is left out has no limit. */
export interface NewRateLimit {
  readonly dev: LinkRef
  /** Rate of the packets that the link sends. */
  readonly egress?: Rate | undefined
  /** Rate of the packets that it receives. */
  readonly ingress?: Rate | undefined
  /** Default: `police`. `ifb` creates a link of the kind ifb for the packets that wait. */
  readonly ingressBy?: IngressMethod | undefined
  /** Bytes that may pass at once. Default: what passes in 20 milliseconds, and at least 128 KiB. */
  readonly burst?: Size | undefined
  /** Longest time that a packet waits. Default: 50 ms. */
  readonly latency?: Time | undefined
}

/** A rate limit that was read. Rates are in bits per second. */
export interface RateLimit {
  /** Index of the link. */
  readonly dev: number
  readonly egress?: number
  readonly ingress?: number
  readonly ingressBy?: IngressMethod
}

/** The link of a rate limit. */
export interface RateLimitKey {
  readonly dev: LinkRef
}
