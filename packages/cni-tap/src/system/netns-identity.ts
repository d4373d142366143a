/** Apart from netns.ts, which loads what talks to the kernel: every call is looked at here, also one that is refused. */
import { statSync } from 'node:fs'
import { CniError, ErrorCode, failure, ifAny } from '../cni/error.js'

const ownNetns = '/proc/thread-self/ns/net'

/** Identifies a namespace: its device and inode, as stat(2) returns them. */
interface Inode {
  readonly dev: number
  readonly ino: number
}

/** Identifies a file among all files. */
export const formatIdentity = ({ dev, ino }: Inode) => `${dev}:${ino}`

/** Device and inode of a namespace; undefined if the path leads nowhere. @throws {CniError} 11 */
export function identityOf(path: string): string | undefined {
  return ifAny(`failed to look up netns ${JSON.stringify(path)}`, () => formatIdentity(statSync(path)))
}

/** True if two paths lead to one namespace, such as `/var/run/netns/x` and `/run/netns/x`. */
export function isSameNetns(path: string, other: string): boolean {
  return path === other || (identityOf(path) ?? path) === identityOf(other)
}

const isOwn = () =>
  new CniError(ErrorCode.invalidNetns, "plugin's netns and netns from CNI_NETNS should not be the same")

/**
 * A container has a network namespace of its own. This check comes first, for the order of errors that runtimes know; the
 * path may lead elsewhere a moment later, so `refuseOwnNetns` looks at what was opened.
 * @throws {CniError} 8 if `path` is the namespace that the plugin runs in; a path that leads nowhere is left to others
 */
export function requireOtherNetns(path: string): void {
  const identity = identityOf(path)
  if (identity !== undefined && identity === identityOf(ownNetns)) throw isOwn()
}

/**
 * Returns what tells the namespace that the plugin runs in. It is looked up at the first call only: the thread may fail to come back
 * from another namespace.
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

/** @throws {CniError} 8 if an open namespace is the one that the plugin runs in, or if the plugin cannot tell */
export function refuseOwnNetns(opened: Inode, own: OwnNetns): void {
  if (formatIdentity(opened) === own()) throw isOwn()
}
