import * as native from 'native:libc'
import type { Libc, Readiness } from '@netloom/netlink/libc'

/** The calls of `#libc`, as @netloom/netlink imports it. */
export const libc: Libc = native

export const addressOf = native.addressOf

/** Here nothing is awaited but system calls. */
export function watch(): Readiness {
  throw new Error('there is no event loop to watch a descriptor with')
}
