import { constants, openSync, readlinkSync } from 'node:fs'
import { closeFile } from './close-file.js'
import { check, libc, SystemError } from './libc.js'

/** A network namespace: the path of one (`/run/netns/blue`, `/proc/1/ns/net`), an open descriptor, or a process in it. */
export type Netns = string | number | { readonly pid: number }

/** linux/sched.h */
const CLONE_NEWNET = 0x40000000

/** /proc/self is the process; its other threads may be elsewhere. */
export const OWN_NETNS = '/proc/thread-self/ns/net'

function open(path: string): number {
  try {
    // A path that leads to a FIFO must not block.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException
    if (errno === undefined)
      throw new TypeError(`expected the path of a network namespace, got ${JSON.stringify(path)}`)
    throw new SystemError('open', -errno, path)
  }
}

function pathOf(netns: Exclude<Netns, number>): string {
  if (typeof netns === 'string') return netns
  const pid = netns?.pid
  if (Number.isInteger(pid) && pid > 0) return `/proc/${pid}/ns/net`
  throw new TypeError('expected a network namespace as a path, a descriptor or { pid }, got something else')
}

/** A descriptor says little to a person; what it leads to says more. */
function describe(fd: number): string {
  try {
    return `descriptor ${fd} (${readlinkSync(`/proc/thread-self/fd/${fd}`)})`
  } catch {
    return `descriptor ${fd}`
  }
}

/** Opens a namespace, for whoever closes the descriptor. @throws {SystemError} */
export const openNetns = (netns: Exclude<Netns, number>): number => open(pathOf(netns))

function enter(netns: Netns): void {
  if (typeof netns === 'number') {
    if (!Number.isInteger(netns) || netns < 0) throw new TypeError(`expected a descriptor, got ${netns}`)
    const result = libc.setns(netns, CLONE_NEWNET)
    if (result < 0) throw new SystemError('setns', -result, describe(netns))
    return
  }
  const fd = openNetns(netns)
  try {
    check('setns', libc.setns(fd, CLONE_NEWNET), pathOf(netns))
  } finally {
    closeFile(fd)
  }
}

/** The way back. Where it fails, what else went wrong is its cause. */
function goBack(own: number, cause: unknown): void {
  const result = libc.setns(own, CLONE_NEWNET)
  if (result >= 0) return
  const error = new SystemError('setns', -result, 'back to the namespace that the thread came from')
  if (cause !== undefined) error.cause = cause
  throw error
}

/** A generator has not run at all when it is returned. */
const isGenerator = (value: unknown) => /^\[object (Async)?Generator\]$/.test(Object.prototype.toString.call(value))

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'

/**
 * Runs `fn` with the calling thread in a network namespace, and comes back also when it throws. `fn` must be synchronous:
 * after an `await` the thread would long be back.
 * @throws {SystemError} where the namespace cannot be opened (`ENOENT`) or entered (`EPERM` without CAP_SYS_ADMIN,
 * `EINVAL` for a file that is none)
 * @throws {TypeError} where `fn` returns a promise, or `netns` is nothing of the kind
 */
export function withNetns<T>(netns: Netns, fn: () => T): T {
  const own = open(OWN_NETNS)
  try {
    enter(netns)
    let result: T
    try {
      result = fn()
    } catch (error) {
      goBack(own, error)
      throw error
    }
    goBack(own, undefined)
    if (isGenerator(result)) throw new TypeError('expected a synchronous function for withNetns(), got a generator')
    if (isThenable(result)) {
      // Nobody else will look at it, and its failure must not end the process.
      result.then(undefined, () => {})
      throw new TypeError('expected a synchronous function for withNetns(), got one that returns a promise')
    }
    return result
  } finally {
    closeFile(own)
  }
}

/**
 * Opens a descriptor in a namespace, or in the calling thread's if `netns` is undefined. Should the way back fail, it is
 * closed again.
 */
export function openIn(netns: Netns | undefined, openDescriptor: () => number): number {
  if (netns === undefined) return openDescriptor()
  let fd: number | undefined
  try {
    return withNetns(netns, () => {
      fd = openDescriptor()
      return fd
    })
  } catch (error) {
    if (fd !== undefined) libc.close(fd)
    throw error
  }
}
