import { constants, fstatSync, openSync, statfsSync } from 'node:fs'
import { check, closeFile, libc, uninterrupted } from '@netloom/netlink/socket'
import { CniError, ErrorCode, errnoCode, failure, ifAny, messageOf } from '../cni/error.js'
import { type OwnNetns, refuseOwnNetns } from './netns-identity.js'

/** linux/magic.h. A namespace is a bind mount of nsfs, or a file of /proc on old kernels. */
const NSFS_MAGIC = 0x6e736673
const PROC_SUPER_MAGIC = 0x9fa0

/** linux/nsfs.h */
const NS_GET_NSTYPE = 0xb703

/** There is no namespace at a path: it was deleted. */
class NotANetns extends Error {}

/** Options for opening a namespace. */
export interface NetnsOptions {
  /** Refuses this namespace, the plugin's own. */
  readonly notOwn?: OwnNetns | undefined
}

/** Checks the file system before the file is opened, because opening other kinds of files may have effects. @throws {NotANetns} */
function fileSystemOf(path: string): number {
  const { type } = statfsSync(path)
  if (type === NSFS_MAGIC || type === PROC_SUPER_MAGIC) return type
  throw new NotANetns(`unknown FS magic on ${JSON.stringify(path)}: ${type.toString(16)}`)
}

/**
 * Checks the opened file, because the namespace may have been unmounted in between. This ioctl works without /proc, and for namespaces of
 * every type.
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

/** Without /proc, a missing file proves nothing: namespaces may be files there, or symbolic links to them. */
function asMissing(error: unknown): Error {
  const type = ifAny('failed to look up /proc', () => statfsSync('/proc').type)
  if (type === PROC_SUPER_MAGIC) return new NotANetns(messageOf(error))
  return new Error(`${messageOf(error)}; /proc is not mounted, so the namespace may still exist`)
}

/** A path behind a file names nothing. But with a slash at its end, the path of a file fails with ENOTDIR too. */
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
 * Opens a namespace for commands that clean up. Returns undefined if it was deleted, with everything in it.
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
