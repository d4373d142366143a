import { setTimeout } from 'node:timers/promises'
import { libc } from '../socket/libc.js'
import { sleep } from '../socket/sleep.js'
import type { NetnsDescriptor } from '../socket/transport.js'
import { PlanBusyError } from './errors.js'
import { FOLDER, fs, prepareFolder } from './journal-folder.js'
import { type NetnsId, netnsId } from './netns-id.js'
import { type Pending, pendingIn } from './pending.js'

/** Operations of flock(2). */
const [LOCK_EX, LOCK_NB] = [2, 4]

const lockPath = (inode: number) => `${FOLDER}/netns-${inode}.lock`

/** Tries to lock a file. Returns false if another open file has the lock. */
const locked = (fd: number) => libc.flock(fd, LOCK_EX | LOCK_NB) >= 0

const inodeAt = (path: string) => fs().lstatSync(path, { throwIfNoEntry: false })?.ino

/** Attempts to get a lock: the process that has it may be about to end, or only look if it is free. */
const ATTEMPTS = 5
/** Milliseconds between two attempts. */
const PAUSE = 20

/**
 * The exclusive right to change a network namespace. It is a lock of flock(2), which the kernel releases when the last process that has
 * inherited the descriptor has ended, however that happens. The file is in {@link FOLDER}. A process that cannot write there, such as one in a
 * user namespace, locks the namespace's own file. Root does not: any user can lock that.
 */
export class NetnsLock {
  readonly id: NetnsId
  readonly fd: number
  /** The file of the lock; undefined if it is that of the namespace. */
  readonly path: string | undefined
  readonly #close: () => void
  #isOpen = true

  private constructor(id: NetnsId, fd: number, path: string | undefined, close: () => void) {
    this.id = id
    this.fd = fd
    this.path = path
    this.#close = close
  }

  /** Gets the lock. @throws {PlanBusyError} if another process has it */
  static async acquire(openNetns: () => NetnsDescriptor): Promise<NetnsLock> {
    const attempts = NetnsLock.#attempts(openNetns)
    let next = attempts.next()
    for (; !next.done; next = attempts.next()) await setTimeout(next.value)
    return next.value
  }

  /** Gets the lock, blocking the thread. @throws {PlanBusyError} if another process has it */
  static acquireSync(openNetns: () => NetnsDescriptor): NetnsLock {
    const attempts = NetnsLock.#attempts(openNetns)
    let next = attempts.next()
    for (; !next.done; next = attempts.next()) sleep(next.value)
    return next.value
  }

  /** Yields the milliseconds to wait before the next attempt. */
  static *#attempts(openNetns: () => NetnsDescriptor): Generator<number, NetnsLock> {
    for (let left = ATTEMPTS; ; left--) {
      const lock = NetnsLock.attempt(openNetns)
      if (lock instanceof NetnsLock) return lock
      if (left <= 1) throw busy(lock)
      yield PAUSE
    }
  }

  /** Gets the lock, or returns what another process has locked. */
  static attempt(openNetns: () => NetnsDescriptor): NetnsLock | Busy {
    const netns = openNetns()
    const id = netnsId(netns)
    const path = lockPath(id.inode)
    try {
      for (;;) {
        const fd = openFile(path)
        if (fd === undefined) break
        const isLocked = locked(fd)
        // Its previous owner has deleted the file in between: another process could create a new one.
        if (isLocked && fs().fstatSync(fd).ino === inodeAt(path)) {
          netns.close()
          return new NetnsLock(id, fd, path, () => fs().closeSync(fd))
        }
        const inode = fs().fstatSync(fd).ino
        fs().closeSync(fd)
        if (!isLocked) return release(netns, { id, inode })
      }
    } catch (error) {
      netns.close()
      throw error
    }
    return locked(netns.fd)
      ? new NetnsLock(id, netns.fd, undefined, () => netns.close())
      : release(netns, { id, inode: id.inode })
  }

  /** True if a process has the lock of a namespace. Deletes the file of one that was killed. */
  static isHeld(inode: number): boolean {
    const { O_RDONLY, O_NOFOLLOW } = fs().constants
    const path = lockPath(inode)
    let fd: number
    try {
      fd = fs().openSync(path, O_RDONLY | O_NOFOLLOW)
    } catch {
      return false
    }
    try {
      if (!locked(fd)) return true
      if (fs().fstatSync(fd).ino === inodeAt(path)) fs().rmSync(path, { force: true })
      return false
    } finally {
      fs().closeSync(fd)
    }
  }

  /** Gives the lock back. */
  release(): void {
    if (this.#isOpen && this.path !== undefined) fs().rmSync(this.path, { force: true })
    this.handOver()
  }

  /** Closes the descriptor, which another process has inherited: it has the lock until it ends. */
  handOver(): void {
    if (this.#isOpen) this.#close()
    this.#isOpen = false
  }
}

/** A lock that another process has. */
interface Busy {
  readonly id: NetnsId
  /** Inode of the file. */
  readonly inode: number
}

function release(netns: NetnsDescriptor, found: Busy): Busy {
  netns.close()
  return found
}

/** Opens the file of a lock. Returns undefined if this user cannot have files in the folder. */
function openFile(path: string): number | undefined {
  const { O_RDWR, O_CREAT, O_NOFOLLOW } = fs().constants
  try {
    prepareFolder()
    return fs().openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
  } catch {
    return undefined
  }
}

/** Returns the error that names the process that has a lock. */
function busy({ id, inode }: Busy): PlanBusyError {
  const [pending]: Pending[] = pendingIn(id)
  return new PlanBusyError(pending?.watcher ?? ownerOf(inode), pending?.journal)
}

/** Returns the process that has locked a file; undefined if it is in another namespace of process ids, or has given the lock to another one. */
function ownerOf(inode: number): number | undefined {
  try {
    // `1: FLOCK  ADVISORY  WRITE 4711 00:04:4026531840 0 EOF`
    const [, pid] =
      new RegExp(`FLOCK +ADVISORY +WRITE (\\d+) [0-9a-f]+:[0-9a-f]+:${inode} `).exec(
        fs().readFileSync('/proc/locks', 'utf8'),
      ) ?? []
    return pid !== undefined && fs().existsSync(`/proc/${pid}`) ? Number(pid) : undefined
  } catch {
    return undefined
  }
}

/** Gets the lock of a namespace unless another process has it. */
export function relocked(openNetns: () => NetnsDescriptor): NetnsLock | undefined {
  const lock = NetnsLock.attempt(openNetns)
  return lock instanceof NetnsLock ? lock : undefined
}
