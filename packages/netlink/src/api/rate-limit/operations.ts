import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeOnLink } from '../values/describe.js'
import { get } from './read.js'
import type { NewRateLimit, RateLimit, RateLimitKey } from './types.js'
import { ensureRateLimit, remove } from './write.js'

/** Limits of the rate of links: `nl.rateLimit`. Those that end with `Sync` block the thread until the kernel has answered. */
export interface RateLimitOperations {
  /** Returns the rate limit of a link; `undefined` if it has none of this library. */
  get(key: RateLimitKey, options?: WaitOptions): Promise<RateLimit | undefined>

  /** Returns the rate limit of a link. Synchronous form of {@link RateLimitOperations.get}. */
  getSync(key: RateLimitKey, options?: TimeoutOptions): RateLimit | undefined

  /**
   * Limits the rate of a link, or changes its limit if it differs from the spec. Sent packets pass a tbf at the root. For arriving
   * packets there is a filter behind most others at the hook `ingress`.
   * @throws {NetlinkError} `EEXIST` if the link has another root qdisc, which is not changed
   */
  ensure(value: NewRateLimit, options?: WaitOptions): Promise<Ensured>

  /** Limits the rate of a link, or changes its limit. Synchronous form of {@link RateLimitOperations.ensure}. */
  ensureSync(value: NewRateLimit, options?: TimeoutOptions): Ensured

  /**
   * Removes the rate limit of a link.
   * @throws {NetlinkError} `ENOENT` if there is none
   */
  delete(key: RateLimitKey, options?: WaitOptions): Promise<void>

  /** Removes the rate limit of a link. Synchronous form of {@link RateLimitOperations.delete}. */
  deleteSync(key: RateLimitKey, options?: TimeoutOptions): void
}

/** Creates the operations on one connection. */
export const rateLimitOperations = (connection: AnyConnection) =>
  bind<RateLimitOperations>(new Runner(() => connection, 'rate limit', describeOnLink), {
    get: { arguments: 1, run: get },
    ensure: { arguments: 1, run: ensureRateLimit },
    delete: { arguments: 1, run: remove },
  })
