import { closeSync, openSync } from 'node:fs'
import { check, libc, SystemError } from './libc.js'

/** A network namespace: the path of one (`/run/netns/blue`, `/proc/1/ns/net`), an open descriptor, or a process in it. */
export type Netns = string | number | { readonly pid: number }

/** linux/sched.h */
const CLONE_NEWNET = 0x40000000

/** /proc/self is the process; its other threads may be elsewhere. */
const OWN = '/proc/thread-self/ns/net'

function open(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException
    if (errno === undefined)
      throw new TypeError(`expected the path of a network namespace, got ${JSON.stringify(path)}`)
    throw new SystemError('open', -errno, path)
  }
}

function enter(netns: Netns): void {
  if (typeof netns === 'number') {
    check('setns', libc.setns(netns, CLONE_NEWNET), `descriptor ${netns}`)
    return
  }
  const path = typeof netns === 'string' ? netns : `/proc/${netns.pid}/ns/net`
  const fd = open(path)
  try {
    check('setns', libc.setns(fd, CLONE_NEWNET), path)
  } finally {
    closeSync(fd)
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'

/**
 * Runs `fn` with the calling thread in a network namespace, and comes back also when it throws. `fn` must be synchronous:
 * after an `await` the thread would long be back.
 * @throws {SystemError} where the namespace cannot be opened (`ENOENT`) or entered (`EPERM` without CAP_SYS_ADMIN,
 * `EINVAL` for a file that is none)
 * @throws {TypeError} where `fn` returns a promise
 */
export function withNetns<T>(netns: Netns, fn: () => T): T {
  const own = open(OWN)
  try {
    enter(netns)
    let result: T
    try {
      result = fn()
    } finally {
      check('setns', libc.setns(own, CLONE_NEWNET), 'back to the namespace it came from')
    }
    if (isThenable(result)) {
      // Nobody else will look at it, and its failure must not end the process.
      result.then(undefined, () => {})
      throw new TypeError('expected a synchronous function for withNetns(), got one that returns a promise')
    }
    return result
  } finally {
    closeSync(own)
  }
}
