import { constants, openSync, statfsSync } from 'node:fs'
import { closeFile } from '@netloom/netlink/libc'
import { ErrorCode, errnoCode, failure, messageOf } from './error.js'

/** linux/magic.h: a namespace may be a bind mount of nsfs, or on old kernels a file of /proc. */
const NSFS_MAGIC = 0x6e736673
const PROC_SUPER_MAGIC = 0x9fa0

/** There is nothing at a path, or nothing mounted any more: the namespace is gone. */
class NotANetns extends Error {}

/** @throws {NotANetns} */
function requireNamespace(path: string, where: string): void {
  const { type } = statfsSync(where)
  if (type === NSFS_MAGIC || type === PROC_SUPER_MAGIC) return
  throw new NotANetns(`unknown FS magic on ${JSON.stringify(path)}: ${type.toString(16)}`)
}

/** Looked at before, as opening another kind of file may do something, and after, as it may have been unmounted in between. */
function open(path: string): number {
  try {
    requireNamespace(path, path)
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      requireNamespace(path, `/proc/thread-self/fd/${fd}`)
      return fd
    } catch (error) {
      closeFile(fd)
      throw error
    }
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(errnoCode(error) ?? '')) throw error
    throw new NotANetns(messageOf(error))
  }
}

const invalid = (path: string, error: unknown) =>
  failure(`failed to open netns ${JSON.stringify(path)}`, error, ErrorCode.invalidNetns)

/**
 * Calls `action` with a descriptor of the network namespace at `path`, which is closed afterwards.
 * @throws {CniError} 8 where there is none
 */
export async function withOpenNetns<T>(path: string, action: (fd: number) => T | Promise<T>): Promise<T> {
  let fd: number
  try {
    fd = open(path)
  } catch (error) {
    throw invalid(path, error)
  }
  try {
    return await action(fd)
  } finally {
    closeFile(fd)
  }
}

/**
 * The same for commands that clean up: where the namespace is gone, so is everything in it, and `otherwise` is called.
 * @throws {CniError} 8 where it cannot be told
 */
export function withNetnsIfAny<T>(path: string, action: (fd: number) => T, otherwise: () => T): T {
  let fd: number
  try {
    fd = open(path)
  } catch (error) {
    if (error instanceof NotANetns) return otherwise()
    throw invalid(path, error)
  }
  try {
    return action(fd)
  } finally {
    closeFile(fd)
  }
}
