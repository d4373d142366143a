import * as native from 'native:libc'
import type { Descriptor, Libc, LibcFunction, OpeningCall, Readiness } from '@netloom/netlink/socket'
import { unavailable } from './errors.js'

/** Implements `#libc` of @netloom/netlink with native system calls. */
export const libc: Libc = native

export const addressOf = native.addressOf

/** Returns a function that throws: this runtime has only the calls of {@link libc}. */
export function libcFunction(prototype: string): () => never {
  return () => {
    throw unavailable(`this runtime cannot call ${prototype}`)
  }
}

export const rawFunction = libcFunction

/** No function of {@link rawFunction} can fail. */
export const errno = (): number => 0

/** There are no worker threads, so descriptors are closed at the end of the process. */
export const adopt = (fd: number): Descriptor => ({ fd, close: () => void native.close(fd) })
export const adoptFile = adopt

/** Makes a system call that opens a descriptor. The `fd` of the result is the negated errno if the call fails. */
export const openAdopted = (name: OpeningCall, ...args: readonly number[]): Descriptor =>
  adopt((libc[name] as LibcFunction)(...args))

/** Returns a Readiness that never calls back. This runtime waits only in system calls. */
export function watch(): Readiness {
  throw unavailable('there is no event loop to watch a descriptor with')
}
