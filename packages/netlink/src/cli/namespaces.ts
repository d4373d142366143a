import { statSync } from 'node:fs'
import { codeOf } from '../codec/error.js'
import { Netlink } from '../netlink.js'
import { Netns } from '../netns/index.js'
import { OWN_NETNS } from '../socket/netns.js'

/** Name of the namespace of this process in the output, if it has none in /run/netns. */
export const OWN = 'host'

/** A network namespace with its name in the output. */
export interface NamedNamespace {
  readonly name: string
  /** Its name or a path. undefined for the namespace of this process. */
  readonly netns: string | undefined
  /** The inode of the namespace. It distinguishes a namespace from a later one with the same name. */
  readonly inode: number
}

/** Returns the namespace of this process and those in /run/netns, sorted by name. */
export function listNamespaces(): NamedNamespace[] {
  const named = Netns.list().flatMap(({ name, inode }) => (inode === undefined ? [] : [{ name, netns: name, inode }]))
  const own = statSync(OWN_NETNS).ino
  return named.some(({ inode }) => inode === own) ? named : [{ name: OWN, netns: undefined, inode: own }, ...named]
}

/** Returns the inode of a file. Returns undefined if it no longer exists. */
function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino
  } catch {
    return undefined
  }
}

/** True for a namespace that was removed meanwhile. */
export const isMissing = (error: unknown): boolean => ['ENOENT', 'EINVAL'].includes(codeOf(error) ?? '')

/** Returns the id that a namespace has given to another one. Undefined: it has given none, or the other one was removed meanwhile. */
export function nsidOf(nl: Netlink, { netns = OWN_NETNS }: Pick<NamedNamespace, 'netns'>): number | undefined {
  try {
    return nl.nsid.getSync(netns)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Returns the namespaces of {@link listNamespaces}, and those without a name that have an id in this one and that a process uses. */
export function allNamespaces(): NamedNamespace[] {
  const all = listNamespaces()
  const netlink = Netlink.open()
  try {
    for (const nsid of netlink.nsid.listSync()) {
      const netns = netlink.nsid.pathOfSync(nsid)
      if (netns === undefined) continue
      const inode = inodeOf(netns)
      if (inode !== undefined && !all.some((each) => each.inode === inode))
        all.push({ name: `nsid ${nsid}`, netns, inode })
    }
  } finally {
    netlink.close()
  }
  return all
}
