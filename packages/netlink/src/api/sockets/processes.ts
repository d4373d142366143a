import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { textUntilNul } from '../../codec/text.js'

/** A process that has a socket open. */
export interface SocketProcess {
  readonly id: number
  /** Name of the process (`/proc/PID/comm`), with any characters. Bytes that are not UTF-8 are lone surrogates, U+DC80 to U+DCFF. */
  readonly name: string
  /** Its descriptors of the socket. */
  readonly descriptors: readonly number[]
}

/** Returns what `read` returns; undefined if the process has ended, or belongs to another user. */
function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Returns the name of a process. It may contain spaces, parentheses and line breaks: only the last one is the file's. */
function nameOf(pid: string): string {
  const bytes = ifReadable(() => readFileSync(`/proc/${pid}/comm`))
  return bytes === undefined ? '' : textUntilNul(bytes, 0, Math.max(0, bytes.length - 1))
}

/** Returns the inode of the socket that a descriptor refers to; undefined for another file. */
function socketInode(pid: string, fd: string): number | undefined {
  const target = ifReadable(() => readlinkSync(`/proc/${pid}/fd/${fd}`))
  return target?.startsWith('socket:[') ? Number(target.slice('socket:['.length, -1)) : undefined
}

/** Returns the descriptors of a process that are sockets, by inode. */
function descriptorsOf(pid: string, wanted: ReadonlySet<number>): ReadonlyMap<number, number[]> {
  const found = new Map<number, number[]>()
  for (const fd of ifReadable(() => readdirSync(`/proc/${pid}/fd`)) ?? []) {
    const inode = socketInode(pid, fd)
    if (inode === undefined || !wanted.has(inode)) continue
    const known = found.get(inode)
    if (known === undefined) found.set(inode, [Number(fd)])
    else known.push(Number(fd))
  }
  return found
}

/** Returns the processes that have sockets open, by the sockets' inodes, in one pass over /proc. */
export function processesOf(wanted: ReadonlySet<number>): ReadonlyMap<number, readonly SocketProcess[]> {
  const owners = new Map<number, SocketProcess[]>()
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const found = descriptorsOf(pid, wanted)
    if (found.size === 0) continue
    const name = nameOf(pid)
    for (const [inode, descriptors] of found) {
      const process: SocketProcess = { id: Number(pid), name, descriptors }
      const known = owners.get(inode)
      if (known === undefined) owners.set(inode, [process])
      else known.push(process)
    }
  }
  return owners
}
