import { constants } from 'node:os'
import { encode } from '../codec/index.js'
import { check, libc } from './libc.js'
import { POLLIN, pollfd } from './pollfd.js'

const { EAGAIN, EINTR } = constants.errno

/** Makes a system call until no signal comes in between. */
export function uninterrupted(call: () => number): number {
  for (;;) {
    const result = call()
    if (result !== -EINTR) return result
  }
}

/**
 * Waits until a descriptor can be read from.
 * @param timeout milliseconds; Infinity for ever
 * @returns false once the time is over
 * @throws {SystemError} where poll(2) fails
 */
export function isReadable(fd: number, timeout: number): boolean {
  const until = performance.now() + timeout
  const interest = encode(pollfd, { fd, events: POLLIN })
  // More than the system call can say is as good as for ever.
  const left = () => {
    const milliseconds = Math.max(0, Math.ceil(until - performance.now()))
    return milliseconds > 0x7fffffff ? -1 : milliseconds
  }
  return (
    check(
      'poll',
      uninterrupted(() => libc.poll(interest, 1, left())),
    ) > 0
  )
}

/**
 * Reads from a nonblocking descriptor, waiting until there is something.
 * @param timeout milliseconds; Infinity for ever
 * @returns what `read` returns, or undefined once the time is over
 * @throws {SystemError} where poll(2) fails
 */
export function whenReadable(fd: number, timeout: number, read: () => number): number | undefined {
  const until = performance.now() + timeout
  for (;;) {
    const result = uninterrupted(read)
    if (result !== -EAGAIN) return result
    if (!isReadable(fd, until - performance.now())) return undefined
  }
}
