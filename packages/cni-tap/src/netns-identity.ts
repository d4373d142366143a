/** Apart from netns.ts, which loads what talks to the kernel: every call is looked at here, also one that is refused. */
import { statSync } from 'node:fs'
import { CniError, ErrorCode, ifAny } from './error.js'

const ownNetns = '/proc/thread-self/ns/net'

/** Device and inode of a namespace; undefined where the path leads nowhere. @throws {CniError} 11 */
export function identityOf(path: string): string | undefined {
  return ifAny(`failed to look up netns ${JSON.stringify(path)}`, () => {
    const { dev, ino } = statSync(path)
    return `${dev}:${ino}`
  })
}

/** Whether two paths lead to one namespace, such as `/var/run/netns/x` and `/run/netns/x`. */
export function isSameNetns(path: string, other: string): boolean {
  return path === other || (identityOf(path) ?? path) === identityOf(other)
}

/**
 * A container has a network namespace of its own.
 * @throws {CniError} 8 where `path` is the one that the plugin runs in; a path that leads nowhere is for others to judge
 */
export function requireOtherNetns(path: string): void {
  const identity = identityOf(path)
  if (identity === undefined || identity !== identityOf(ownNetns)) return
  throw new CniError(ErrorCode.invalidNetns, "plugin's netns and netns from CNI_NETNS should not be the same")
}
