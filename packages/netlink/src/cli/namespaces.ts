import { readdirSync, readlinkSync, statSync } from 'node:fs'

/** The folder of named namespaces, which `ip netns add` mounts. */
export const NAMED_NETNS = '/run/netns'

/** Name of the namespace of this process in the output, if it has none in /run/netns. */
export const OWN = 'host'

/** A network namespace that has a name. */
export interface NamedNamespace {
  readonly name: string
  /** undefined for the namespace of this process. */
  readonly netns: string | undefined
  /** The inode of the namespace. It distinguishes a namespace from a later one with the same name. */
  readonly inode: number
}

/** Returns the inode of a file in /run/netns. Returns undefined if it no longer exists. */
function inodeOf(name: string): number | undefined {
  try {
    return statSync(`${NAMED_NETNS}/${name}`).ino
  } catch {
    return undefined
  }
}

/** Returns the inode of the namespace of this process. */
const ownInode = () => Number(/\d+/.exec(readlinkSync('/proc/thread-self/ns/net'))?.[0])

/** Returns the namespace of this process and those in /run/netns, sorted by name. */
export function listNamespaces(): NamedNamespace[] {
  let names: string[]
  try {
    names = readdirSync(NAMED_NETNS).sort()
  } catch {
    names = []
  }
  const named = names.flatMap((name) => {
    const inode = inodeOf(name)
    return inode === undefined ? [] : [{ name, netns: name, inode }]
  })
  const own = ownInode()
  return named.some(({ inode }) => inode === own) ? named : [{ name: OWN, netns: undefined, inode: own }, ...named]
}
