import { readdirSync, readlinkSync, statSync } from 'node:fs'
import { Netlink } from '../netlink.js'
import { NAMED_NETNS } from '../socket/netns.js'

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

/** Returns the inode of a file. Returns undefined if it no longer exists. */
function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino
  } catch {
    return undefined
  }
}

/** Returns the inode of the namespace of this process. */
const ownInode = () => Number(/\d+/.exec(readlinkSync('/proc/thread-self/ns/net'))?.[0])

/**
 * Returns the namespace of this process and those in /run/netns, sorted by name. Unlike `Netns.list()`, it contains files on which a
 * namespace is not mounted yet: the monitor learns of the file, but not of the mount, and so tries these again.
 */
export function listNamespaces(): NamedNamespace[] {
  let names: string[]
  try {
    names = readdirSync(NAMED_NETNS).sort()
  } catch {
    names = []
  }
  const named = names.flatMap((name) => {
    const inode = inodeOf(`${NAMED_NETNS}/${name}`)
    return inode === undefined ? [] : [{ name, netns: name, inode }]
  })
  const own = ownInode()
  return named.some(({ inode }) => inode === own) ? named : [{ name: OWN, netns: undefined, inode: own }, ...named]
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
