import { constants, fstatSync, openSync, statfsSync } from 'node:fs'
import { check, closeFile, libc, uninterrupted } from '@netloom/netlink/socket'
import { CniError, ErrorCode, errnoCode, failure, ifAny, messageOf } from '../cni/error.js'
import { type OwnNetns, refuseOwnNetns } from './netns-identity.js'

/** linux/magic.h: a namespace may be a bind mount of nsfs, or on old kernels a file of /proc. */
const NSFS_MAGIC = 0x6e736673
const PROC_SUPER_MAGIC = 0x9fa0

/** linux/nsfs.h */
const NS_GET_NSTYPE = 0xb703

/** There is nothing at a path, or nothing mounted any more: the namespace is gone. */
class NotANetns extends Error {}

/** Options for opening a namespace. */
export interface NetnsOptions {
  /** Refuse the namespace that the plugin itself runs in. */
  readonly notOwn?: OwnNetns | undefined
}

/** Opening another kind of file may have effects, so its file system is looked at first. @throws {NotANetns} */
function fileSystemOf(path: string): number {
  const { type } = statfsSync(path)
  if (type === NSFS_MAGIC || type === PROC_SUPER_MAGIC) return type
  throw new NotANetns(`unknown FS magic on ${JSON.stringify(path)}: ${type.toString(16)}`)
}

/**
 * Checks the opened file, as the namespace may have been unmounted before it was opened. An ioctl needs no /proc, and a namespace of
 * any type answers it.
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

/** A missing file proves nothing while /proc is missing: namespaces are files there, or symbolic links to such files. */
function asMissing(error: unknown): Error {
  const type = ifAny('failed to look up /proc', () => statfsSync('/proc').type)
  if (type === PROC_SUPER_MAGIC) return new NotANetns(messageOf(error))
  return new Error(`${messageOf(error)}; /proc is not mounted, so that this does not mean that the namespace is gone`)
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
    throw ['ENOENT', 'ENOTDIR'].includes(errnoCode(error) ?? '') ? asMissing(error) : error
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
 * @throws {CniError} 8 if there is none, or if it is the plugin's own and must not be
 */
export function openNetns(path: string, options: NetnsOptions = {}): OpenNetns {
  try {
    return new OpenNetns(open(path, options))
  } catch (error) {
    throw invalid(path, error)
  }
}

/**
 * Opens a namespace for commands that clean up. Returns undefined if it is gone, and so is everything in it.
 * @throws {CniError} 8 if this cannot be determined, or if the namespace is the plugin's own and must not be
 */
export function openNetnsIfAny(path: string, options: NetnsOptions = {}): OpenNetns | undefined {
  try {
    return new OpenNetns(open(path, options))
  } catch (error) {
    if (error instanceof NotANetns) return undefined
    throw invalid(path, error)
  }
}
