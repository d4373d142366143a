// Separate from netns.ts, which makes system calls. This module works without koffi, so that its errors are reported before others.
import { statSync } from 'node:fs'
import { CniError, ErrorCode, failure, ifAny } from '../cni/error.js'

const ownNetns = '/proc/thread-self/ns/net'

/** Device and inode of a namespace, as stat(2) returns them. */
interface Inode {
  readonly dev: number
  readonly ino: number
}

/** Returns the identity as text. */
export const formatIdentity = ({ dev, ino }: Inode) => `${dev}:${ino}`

/**
 * Returns the identity of the namespace at a path, or undefined if the file does not exist.
 * @throws {CniError} 11 if the failure may be temporary
 */
export function identityOf(path: string): string | undefined {
  return ifAny(`failed to look up netns ${JSON.stringify(path)}`, () => formatIdentity(statSync(path)))
}

/** True if two paths refer to the same namespace, e.g. `/var/run/netns/x` and `/run/netns/x`. */
export function isSameNetns(path: string, other: string): boolean {
  return path === other || (identityOf(path) ?? path) === identityOf(other)
}

const isOwn = () =>
  new CniError(ErrorCode.invalidNetns, "plugin's netns and netns from CNI_NETNS should not be the same")

/**
 * Checks that a path is not the plugin's own namespace. Runtimes expect this error before others. The path may be replaced
 * afterwards, so `refuseOwnNetns` checks the opened file again. A missing file is not an error here.
 * @throws {CniError} 8
 */
export function requireOtherNetns(path: string): void {
  const identity = identityOf(path)
  if (identity !== undefined && identity === identityOf(ownNetns)) throw isOwn()
}

/**
 * Returns the identity of the plugin's own namespace. It is looked up only once, because the thread may later fail to return from
 * another namespace.
 * @throws {CniError} 8
 */
export type OwnNetns = () => string

export function lookUpOnce(): OwnNetns {
  let own: string | undefined
  return () => {
    try {
      own ??= formatIdentity(statSync(ownNetns))
      return own
    } catch (error) {
      throw failure("failed to look up the plugin's own netns", error, ErrorCode.invalidNetns)
    }
  }
}

/** @throws {CniError} 8 if an open namespace is the plugin's own, or if that cannot be determined */
export function refuseOwnNetns(opened: Inode, own: OwnNetns): void {
  if (formatIdentity(opened) === own()) throw isOwn()
}
