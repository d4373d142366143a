import * as native from 'native:libc'
import type { Descriptor, Libc, Readiness } from '@netloom/netlink/socket'

/** Implements `#libc` of @netloom/netlink. */
export const libc: Libc = native

export const addressOf = native.addressOf

/** No worker threads exist here, so the end of the process closes all descriptors. */
export const adopt = (fd: number): Descriptor => ({ fd, close: () => void native.close(fd) })

/** Returns a Readiness without events: this runtime waits only in system calls. */
export function watch(): Readiness {
  throw new Error('there is no event loop to watch a descriptor with')
}
