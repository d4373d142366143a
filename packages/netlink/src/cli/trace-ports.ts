import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { CapturedProcess } from '../capture/format.js'
import { Connection } from '../connection/connection.js'
import { AF_DIAG, NDIAG_PROTO, sockDiag } from '../diag/index.js'

/** The largest process id, PID_MAX_LIMIT, linux/threads.h. Larger port ids are not those of processes. */
const LARGEST_PID = 4_194_304

function nameOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').replace(/\n$/, '')
  } catch {
    return undefined
  }
}

/** Lists the names in a folder. Returns none if it does not exist, or may not be read. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

/** Returns the processes that have a socket open, by its inode number. */
function processesOfSockets(): Map<number, number> {
  const found = new Map<number, number>()
  for (const pid of namesIn('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of namesIn(`/proc/${pid}/fd`)) {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`) ?? '') ?? []
      if (inode !== undefined && !found.has(Number(inode))) found.set(Number(inode), Number(pid))
    }
  }
  return found
}

/** Finds the processes of netlink port ids. */
export class Ports implements Disposable {
  readonly #netlink: Connection<typeof sockDiag.messages>
  /** By protocol and port id. Undefined: it was not found. */
  readonly #known = new Map<string, CapturedProcess | undefined>()

  constructor(netns: string | undefined) {
    this.#netlink = Connection.openProtocol(sockDiag, { netns })
  }

  /**
   * Returns the process of a port. The kernel chooses the process id for the first socket of a process, so a port id of a process that
   * has ended is its id.
   */
  find(protocol: number, port: number): CapturedProcess | undefined {
    const key = `${protocol} ${port}`
    if (!this.#known.has(key)) this.#learn(key)
    const found = this.#known.get(key)
    if (found) return found
    return port <= LARGEST_PID ? { pid: port } : undefined
  }

  [Symbol.dispose](): void {
    this.#netlink.close()
  }

  /** Looks up the processes of all sockets at once. */
  #learn(key: string): void {
    this.#known.set(key, undefined)
    const owners = processesOfSockets()
    const request = { family: AF_DIAG.NETLINK, protocol: NDIAG_PROTO.ALL } as const
    for (const socket of this.#netlink.dumpSync('SOCK_DIAG_BY_FAMILY', request)) {
      const { protocol, portid, ino } = socket as unknown as Record<'protocol' | 'portid' | 'ino', number>
      const pid = owners.get(ino)
      if (pid === undefined) continue
      const name = nameOf(pid)
      this.#known.set(`${protocol} ${portid}`, name === undefined ? { pid } : { pid, name })
    }
  }
}
