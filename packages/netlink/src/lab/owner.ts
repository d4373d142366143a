import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { listFiles } from '../netns/mounts.js'
import { Netns } from '../netns/netns.js'

const PREFIX = 'netloom-lab'

/** Inode of the own namespace of process ids: `4026531836`. In another one, a process id means another process. */
const ownPids = () => readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')

/** Returns when a process was started, in clock ticks since boot (proc(5), `starttime`); undefined if it does not exist. */
function startOf(pid: string | number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name of the program may contain spaces and parentheses. The state follows it, and is the third field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[22 - 3]
  } catch {
    return undefined
  }
}

/** Returns a prefix for the names of a lab's namespaces. It identifies the process that owns the lab, also if its id is used again. */
export const uniquePrefix = () =>
  [PREFIX, ownPids(), process.pid, startOf(process.pid), randomBytes(3).toString('hex'), ''].join('-')

/** True for the name of a namespace of a lab whose process has ended. */
function isLeftover(name: string): boolean {
  const [, pids, pid = '', start] = name.match(`^${PREFIX}-(\\d+)-(\\d+)-(\\d+)-[0-9a-f]{6}-`) ?? []
  return pids !== undefined && pids === ownPids() && startOf(pid) !== start
}

/** Kills the processes that are in these network namespaces. */
export function killProcesses(inodes: ReadonlySet<number | undefined>): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    try {
      const inode = Number(readlinkSync(`/proc/${pid}/ns/net`).replace(/\D/g, ''))
      if (inodes.has(inode)) process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It has ended, or belongs to another user.
    }
  }
}

/** Returns the inode of the namespace of this process. */
const ownNetns = () => Number(readlinkSync('/proc/self/ns/net').replace(/\D/g, ''))

/**
 * Kills the processes in some namespaces, and deletes their names. Another process may do the same. If a name stands for the
 * namespace of this process (`ip netns attach`), nothing in it is killed.
 */
export function deleteNetns(namespaces: readonly Netns[]): void {
  const inodes = new Set(namespaces.flatMap(({ inode }) => inode ?? []))
  inodes.delete(ownNetns())
  if (inodes.size > 0) killProcesses(inodes)
  for (const netns of namespaces) {
    try {
      netns.delete()
    } catch (error) {
      if (netns.inode !== undefined) throw error
    }
  }
}

/** Deletes the namespaces of labs whose process was killed, and mount points that it had no time to use. */
export function sweep(): void {
  const leftovers = listFiles()
    .filter(isLeftover)
    .map((name) => new Netns(name))
  if (leftovers.length === 0) return
  try {
    deleteNetns(leftovers)
  } catch {
    // Without privileges, the lab itself fails with a better error.
  }
}
