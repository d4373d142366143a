import * as native from 'native:libc'
import type { Descriptor, Libc, Readiness } from '@netloom/netlink/socket'

/** The calls of `#libc`, as @netloom/netlink imports it. */
export const libc: Libc = native

export const addressOf = native.addressOf

/** There are no worker threads here: the end of the process closes its descriptors. */
export const adopt = (fd: number): Descriptor => ({ fd, close: () => void native.close(fd) })

/** Here nothing is awaited but system calls. */
export function watch(): Readiness {
  throw new Error('there is no event loop to watch a descriptor with')
}
