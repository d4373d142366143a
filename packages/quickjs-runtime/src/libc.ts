import * as native from 'native:libc'
import type { Descriptor, Libc, Readiness } from '@netloom/netlink/socket'

/** Implements `#libc` of @netloom/netlink. */
export const libc: Libc = native

export const addressOf = native.addressOf

/** Returns a function that throws: this runtime has only the calls of {@link libc}. */
export function libcFunction(prototype: string): () => never {
  return () => {
    throw new Error(`this runtime cannot call ${prototype}`)
  }
}

/** No worker threads exist here, so the end of the process closes all descriptors. */
export const adopt = (fd: number): Descriptor => ({ fd, close: () => void native.close(fd) })
export const adoptFile = adopt

/** Returns a Readiness without events: this runtime waits only in system calls. */
export function watch(): Readiness {
  throw new Error('there is no event loop to watch a descriptor with')
}
