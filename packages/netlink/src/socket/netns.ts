import { constants, readlinkSync } from 'node:fs'
import { ArgumentError, isRecord, show } from '../codec/error.js'
import { errnoName } from '../errno.js'
import { closeFile } from './close-file.js'
import { type Descriptor, libc, SystemError } from './libc.js'
import { missingNetns } from './missing-netns.js'
import { openFile } from './open-file.js'

/**
 * Refers to a network namespace: by its name (`blue`, for `/run/netns/blue`), by its path (`/proc/1/ns/net`; `./blue` in the working
 * directory), by an open descriptor, by a process in it, or by an object with its path, such as a `Netns`.
 */
export type NetnsRef = string | number | { readonly pid: number } | { readonly path: string }

/** Describes a namespace in errors. */
export const NETNS = 'a network namespace: its name, its path, a descriptor, { pid } or a Netns'

const isIndex = (value: unknown, least: number) =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= 0x7fffffff

/** PATH_MAX without the NUL, linux/limits.h */
const LONGEST_PATH = 4095

const isName = (value: string) =>
  !['', '.', '..'].includes(value) && !value.includes('\0') && value.length <= LONGEST_PATH

/** True for a value that can refer to a namespace. It need not exist. */
export function isNetns(value: unknown): value is NetnsRef {
  if (typeof value === 'string') return isName(value)
  if (!isRecord(value)) return isIndex(value, 0)
  return value.pid === undefined
    ? typeof value.path === 'string' && value.path.includes('/') && isName(value.path)
    : isIndex(value.pid, 1)
}

/** The folder of named namespaces, which `ip netns add` mounts. */
export const NAMED_NETNS = '/run/netns'

/** linux/sched.h */
export const CLONE_NEWNET = 0x40000000

/** The namespace of the calling thread. /proc/self would be that of the main thread. */
export const OWN_NETNS = '/proc/thread-self/ns/net'

/** O_NONBLOCK, because opening a FIFO must not block. */
const open = (path: string): number => openFile(path, constants.O_RDONLY | constants.O_NONBLOCK)

/** Returns a value that can name a namespace. @throws {TypeError} for any other one. The kernel would truncate the number of a descriptor. */
export function validNetns<N extends NetnsRef>(netns: N): N {
  if (!isNetns(netns)) throw new ArgumentError(`expected ${NETNS}, got ${show(netns)}`)
  return netns
}

const isProcess = (netns: NetnsRef): netns is { readonly pid: number } =>
  typeof netns === 'object' && 'pid' in netns && netns.pid !== undefined

/** Returns the path of a namespace. @throws {TypeError} */
export function pathOf(netns: Exclude<NetnsRef, number>): string {
  validNetns(netns)
  if (typeof netns === 'string') return netns.includes('/') ? netns : `${NAMED_NETNS}/${netns}`
  return isProcess(netns) ? `/proc/${netns.pid}/ns/net` : netns.path
}

/** Returns the path of the file to which a descriptor refers. */
function describe(fd: number): string {
  try {
    return `descriptor ${fd} (${readlinkSync(`/proc/thread-self/fd/${fd}`)})`
  } catch {
    return `descriptor ${fd}`
  }
}

/** Opens a namespace. The caller closes the descriptor. @throws {SystemError} */
export function openNetns(netns: Exclude<NetnsRef, number>): number {
  const path = pathOf(netns)
  try {
    return open(path)
  } catch (error) {
    if (!(error instanceof SystemError && error.code === 'ENOENT')) throw error
    throw new SystemError('open', error.errno, isProcess(netns) ? `${path}, ${noProcess}` : missing(path))
  }
}

const noProcess = 'as there is no such process or it has ended'

/** Returns the path of a missing namespace. If it is that of a name, adds the nearest name. */
function missing(path: string): string {
  const name = path.startsWith(`${NAMED_NETNS}/`) ? path.slice(NAMED_NETNS.length + 1) : ''
  return name === '' || name.includes('/') ? path : missingNetns(NAMED_NETNS, name)
}

/** Reasons for which setns(2) fails. */
const refusals: Readonly<Record<string, string>> = {
  EINVAL: ', which is no network namespace',
  EPERM: ', which needs CAP_SYS_ADMIN, also in the user namespace that owns it',
}

/** Enters the namespace of a descriptor. Describes it only after a failure. @throws {SystemError} with the reason */
function enterDescriptor(fd: number, describeNetns: () => string): void {
  const result = libc.setns(fd, CLONE_NEWNET)
  if (result < 0) throw new SystemError('setns', -result, `${describeNetns()}${refusals[errnoName(-result)] ?? ''}`)
}

function enter(netns: NetnsRef): void {
  if (typeof netns === 'number') {
    enterDescriptor(validNetns(netns), () => describe(netns))
    return
  }
  const fd = openNetns(netns)
  try {
    enterDescriptor(fd, () => pathOf(netns))
  } finally {
    closeFile(fd)
  }
}

/** Returns to the thread's original namespace. If that fails, the error has `cause` as its cause. */
function goBack(own: number, cause: unknown): void {
  const result = libc.setns(own, CLONE_NEWNET)
  if (result >= 0) return
  const error = new SystemError('setns', -result, 'back to the namespace that the thread came from')
  if (cause !== undefined) error.cause = cause
  throw error
}

/** True for a generator: its body has not run yet. */
const isGenerator = (value: unknown) => /^\[object (Async)?Generator\]$/.test(Object.prototype.toString.call(value))

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'

/**
 * Runs `fn` while the calling thread is in a network namespace. Afterwards returns to the original one, even if `fn` throws.
 * `fn` must be synchronous, because after an `await` the thread would be in the original namespace again.
 * @throws {SystemError} if the namespace cannot be opened (`ENOENT`) or entered (`EPERM` without CAP_SYS_ADMIN, `EINVAL` if
 * the file is not a namespace)
 * @throws {TypeError} if `fn` returns a promise, or if `netns` is invalid
 */
export const withNetns = <T>(netns: NetnsRef, fn: () => T): T => elsewhere(() => enter(netns), fn)

/** Runs `fn` after `leave` has moved the calling thread to another namespace, and returns to the original one: see {@link withNetns}. */
export function elsewhere<T>(leave: () => void, fn: () => T): T {
  const own = open(OWN_NETNS)
  try {
    leave()
    let result: T
    try {
      result = fn()
    } catch (error) {
      goBack(own, error)
      throw error
    }
    goBack(own, undefined)
    if (isGenerator(result)) throw new ArgumentError('expected a synchronous function for withNetns(), got a generator')
    if (isThenable(result)) {
      // Without a handler, a rejection would end the process.
      result.then(undefined, () => {})
      throw new ArgumentError('expected a synchronous function for withNetns(), got one that returns a promise')
    }
    return result
  } finally {
    closeFile(own)
  }
}

/**
 * Opens a descriptor in a namespace; if `netns` is undefined, in the namespace of the calling thread. Closes it again if the
 * thread cannot return to its namespace.
 */
export function openIn(netns: NetnsRef | undefined, openDescriptor: () => Descriptor): Descriptor {
  if (netns === undefined) return openDescriptor()
  let descriptor: Descriptor | undefined
  try {
    return withNetns(netns, () => {
      descriptor = openDescriptor()
      return descriptor
    })
  } catch (error) {
    descriptor?.close()
    throw error
  }
}

/**
 * Returns true if a descriptor refers to the namespace of the calling thread. Entering it would require CAP_SYS_ADMIN even then. The links
 * of nsfs contain the inode (`net:[4026531840]`). Deno's fstat only accepts its own descriptors.
 */
export const isOwnNetns = (netns: number): boolean =>
  readlinkSync(`/proc/thread-self/fd/${netns}`) === readlinkSync(OWN_NETNS)
