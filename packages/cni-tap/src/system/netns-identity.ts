// Separate from netns.ts, because that loads koffi: also a call that is refused needs the functions of this module.
import { statSync } from 'node:fs'
import { CniError, ErrorCode, failure, ifAny } from '../cni/error.js'

const ownNetns = '/proc/thread-self/ns/net'

/** Device and inode of a namespace, as stat(2) returns them. */
interface Inode {
  readonly dev: number
  readonly ino: number
}

/** Returns a text that identifies the file. */
export const formatIdentity = ({ dev, ino }: Inode) => `${dev}:${ino}`

/** Returns the identity of a namespace; undefined if there is no such file. @throws {CniError} 11 */
export function identityOf(path: string): string | undefined {
  return ifAny(`failed to look up netns ${JSON.stringify(path)}`, () => formatIdentity(statSync(path)))
}

/** True if two paths are of one namespace, such as `/var/run/netns/x` and `/run/netns/x`. */
export function isSameNetns(path: string, other: string): boolean {
  return path === other || (identityOf(path) ?? path) === identityOf(other)
}

const isOwn = () =>
  new CniError(ErrorCode.invalidNetns, "plugin's netns and netns from CNI_NETNS should not be the same")

/**
 * Checks that a path is not the plugin's own namespace. This check comes first, because runtimes expect this order of errors. The path may be
 * replaced a moment later, so `refuseOwnNetns` checks the opened file. A missing file is no error here.
 * @throws {CniError} 8
 */
export function requireOtherNetns(path: string): void {
  const identity = identityOf(path)
  if (identity !== undefined && identity === identityOf(ownNetns)) throw isOwn()
}

/**
 * Returns the identity of the namespace that the plugin runs in. Only the first call looks it up, because the thread may fail to return from
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
