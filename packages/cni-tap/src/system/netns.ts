import { constants, fstatSync, openSync, statfsSync } from 'node:fs'
import { check, closeFile, libc, uninterrupted } from '@netloom/netlink/socket'
import { CniError, ErrorCode, errnoCode, failure, ifAny, messageOf } from '../cni/error.js'
import { type OwnNetns, refuseOwnNetns } from './netns-identity.js'

/** linux/magic.h. Namespaces are files of nsfs; on old kernels, of proc. */
const NSFS_MAGIC = 0x6e736673
const PROC_SUPER_MAGIC = 0x9fa0

/** linux/nsfs.h */
const NS_GET_NSTYPE = 0xb703

/** Thrown if there is no namespace at a path, because it was deleted. */
class NotANetns extends Error {
  override readonly name = 'NotANetns'
  readonly code = 'ERR_CNI_NOT_A_NETNS'
}

/** Thrown if there is no file at a path because /proc is not mounted. The namespace may still exist. */
class UnknownNetns extends Error {
  override readonly name = 'UnknownNetns'
  readonly code = 'ERR_CNI_UNKNOWN_NETNS'
}

/** Options for opening a namespace. */
export interface NetnsOptions {
  /** The plugin's own namespace, if it must be refused. */
  readonly notOwn?: OwnNetns | undefined
}

/**
 * Checks the type of the file system before opening the file, because opening other files may have side effects.
 * @throws {NotANetns} if it cannot be a namespace
 */
function fileSystemOf(path: string): number {
  const { type } = statfsSync(path)
  if (type === NSFS_MAGIC || type === PROC_SUPER_MAGIC) return type
  throw new NotANetns(`unknown FS magic on ${JSON.stringify(path)}: ${type.toString(16)}`)
}

/**
 * Checks the opened file, because the namespace may have been unmounted before it was opened. The ioctl works without /proc, and
 * for all types of namespaces.
 * @throws {NotANetns}
 */
function requireStillMounted(path: string, fd: number): void {
  const type = uninterrupted(() => libc.ioctlValue(fd, NS_GET_NSTYPE, 0))
  try {
    check('ioctl NS_GET_NSTYPE', type, path)
  } catch (error) {
    if (errnoCode(error) === 'ENOTTY') throw new NotANetns(`no namespace at ${JSON.stringify(path)}`)
    throw error
  }
}

/** Converts the error of a missing file to `NotANetns`, unless /proc is unavailable: then the file may exist in it. */
function asMissing(error: unknown): Error {
  const type = ifAny('failed to look up /proc', () => statfsSync('/proc').type)
  if (type === PROC_SUPER_MAGIC) return new NotANetns(messageOf(error))
  return new UnknownNetns(`${messageOf(error)}; /proc is not mounted, so the namespace may still exist`)
}

/**
 * True if an error means that there is no file at the path. ENOTDIR means this too, unless it is caused by a slash at the end of
 * the path.
 */
function isMissing(path: string, error: unknown): boolean {
  const code = errnoCode(error)
  return code === 'ENOENT' || (code === 'ENOTDIR' && !path.endsWith('/'))
}

function open(path: string, { notOwn }: NetnsOptions): number {
  try {
    const type = fileSystemOf(path)
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      if (type === NSFS_MAGIC) requireStillMounted(path, fd)
      if (notOwn) refuseOwnNetns(fstatSync(fd), notOwn)
      return fd
    } catch (error) {
      closeFile(fd)
      throw error
    }
  } catch (error) {
    throw isMissing(path, error) ? asMissing(error) : error
  }
}

const invalid = (path: string, error: unknown) =>
  error instanceof CniError
    ? error
    : failure(`failed to open netns ${JSON.stringify(path)}`, error, ErrorCode.invalidNetns)

/** An open network namespace. */
export class OpenNetns implements Disposable {
  constructor(readonly fd: number) {}

  [Symbol.dispose](): void {
    closeFile(this.fd)
  }
}

/**
 * Opens the network namespace at `path`.
 * @throws {CniError} 8 if there is none, or if it is the plugin's own and `notOwn` is set
 */
export function openNetns(path: string, options: NetnsOptions = {}): OpenNetns {
  try {
    return new OpenNetns(open(path, options))
  } catch (error) {
    throw invalid(path, error)
  }
}

/**
 * Opens a namespace for commands that clean up. Returns undefined if it was deleted with everything in it.
 * @throws {CniError} 8 if that cannot be determined, or if the namespace is the plugin's own and `notOwn` is set
 */
export function openNetnsIfAny(path: string, options: NetnsOptions = {}): OpenNetns | undefined {
  try {
    return new OpenNetns(open(path, options))
  } catch (error) {
    if (error instanceof NotANetns) return undefined
    throw invalid(path, error)
  }
}
