import { constants } from 'node:os'
import { encode } from '../codec/index.js'
import { check, libc } from './libc.js'
import { POLLIN, pollfd } from './pollfd.js'

const { EAGAIN, EINTR } = constants.errno

/** Repeats a system call that a signal has interrupted (`EINTR`). */
export function uninterrupted(call: () => number): number {
  for (;;) {
    const result = call()
    if (result !== -EINTR) return result
  }
}

/**
 * Blocks the thread until a descriptor is readable.
 * @param timeout Milliseconds; Infinity for no limit.
 * @returns false after the timeout
 * @throws {SystemError} if poll(2) fails
 */
export function isReadable(fd: number, timeout: number): boolean {
  const until = performance.now() + timeout
  const interest = encode(pollfd, { fd, events: POLLIN })
  // The timeout of poll(2) is an int; larger values become -1, no limit.
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
 * Reads from a nonblocking descriptor. Blocks the thread until it is readable.
 * @param timeout Milliseconds; Infinity for no limit.
 * @returns the result of `read`, or undefined after the timeout
 * @throws {SystemError} if poll(2) fails
 */
export function whenReadable(fd: number, timeout: number, read: () => number): number | undefined {
  const until = performance.now() + timeout
  for (;;) {
    const result = uninterrupted(read)
    if (result !== -EAGAIN) return result
    if (!isReadable(fd, until - performance.now())) return undefined
  }
}
