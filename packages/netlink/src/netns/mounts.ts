import { constants, lstatSync, mkdirSync, openSync, readdirSync, type Stats, statfsSync, unlinkSync } from 'node:fs'
import { constants as osConstants } from 'node:os'
import { codeOf } from '../codec/error.js'
import { closeFile } from '../socket/close-file.js'
import { check, libc, libcFunction, SystemError } from '../socket/libc.js'
import { CLONE_NEWNET, elsewhere, NAMED_NETNS, OWN_NETNS } from '../socket/netns.js'
import { openFile } from '../socket/open-file.js'
import { uninterrupted } from '../socket/wait.js'
import { NetnsError, type NetnsFound } from './error.js'

const { EINVAL, ENOENT } = osConstants.errno

const unshare = libcFunction('int unshare(int)')
const mount = libcFunction('int mount(const void *, const void *, const void *, unsigned long, const void *)')
const umount2 = libcFunction('int umount2(const void *, int)')

/** MS_*, linux/mount.h */
const MS = { BIND: 0x1000, REC: 0x4000, SHARED: 0x100000 }
/** MNT_DETACH and UMOUNT_NOFOLLOW, include/linux/fs.h */
const DETACH_NOFOLLOW = 2 + 8
/** linux/fcntl.h. The lock ends with the descriptor. */
const LOCK_EX = 2
/** linux/magic.h */
const NSFS_MAGIC = 0x6e736673
/** linux/nsfs.h */
const NS_GET_NSTYPE = 0xb703

const text = (value: string) => Buffer.from(`${value}\0`)

/** @throws {SystemError} */
const mountAt = (source: string, target: string, flags: number) =>
  check('mount', mount(text(source), text(target), text('none'), flags, null), target)

/** Returns the path of a named namespace. */
export const namedPath = (name: string) => `${NAMED_NETNS}/${name}`

/** Runs `fn` while the calling thread is in a new network namespace. @throws {SystemError} `EPERM` without CAP_SYS_ADMIN */
export const inNewNetns = <T>(fn: () => T): T =>
  elsewhere(() => void check('unshare', unshare(CLONE_NEWNET), 'CLONE_NEWNET'), fn)

/** Opens a new network namespace without a name. The caller closes the descriptor, which keeps it alive. */
export const openNewNetns = (): number => inNewNetns(() => openFile(OWN_NETNS, constants.O_RDONLY))

/** True if a file is a network namespace. A symbolic link is followed. */
export function isNetnsFile(path: string): boolean {
  try {
    if (statfsSync(path).type !== NSFS_MAGIC) return false
    const fd = openFile(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      return libc.ioctlValue(fd, NS_GET_NSTYPE, 0) === CLONE_NEWNET
    } finally {
      closeFile(fd)
    }
  } catch {
    return false
  }
}

/** Lists all files in the folder of namespaces. A mount point is left if a process is killed before it mounts a namespace on it. */
export function listFiles(): string[] {
  try {
    return readdirSync(NAMED_NETNS)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

/** Lists the names of namespaces in the order of their bytes. Other files in the folder are left out. */
export const listNames = (): string[] =>
  listFiles()
    .filter((name) => isNetnsFile(namedPath(name)))
    .sort()

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

/** Finds out what is at a path. */
function foundAt(path: string): NetnsFound {
  const stats = statsOf(path)
  if (stats === undefined) return 'nothing'
  if (isNetnsFile(path)) return stats.isSymbolicLink() ? 'a link to a namespace' : 'a namespace'
  if (stats.isSymbolicLink()) return 'a symbolic link'
  if (stats.isDirectory()) return 'a folder'
  // `ip netns add` creates an empty file without permissions, on which it then mounts the namespace.
  return stats.isFile() && stats.size === 0 && (stats.mode & 0o777) === 0 ? 'an unused mount point' : 'a file'
}

/**
 * Makes the folder of named namespaces a shared mount, like iproute2: names are then visible in other mount namespaces, and a deleted
 * one vanishes from them. Concurrent processes would mount the folder several times on itself, so it is locked.
 */
function shareFolder(): void {
  const fd = openFile(NAMED_NETNS, constants.O_RDONLY | constants.O_DIRECTORY)
  const share = () => mountAt('', NAMED_NETNS, MS.SHARED | MS.REC)
  try {
    uninterrupted(() => libc.flock(fd, LOCK_EX))
    try {
      share()
    } catch (error) {
      // Not a mount point yet.
      if (codeOf(error) !== 'EINVAL') throw error
      mountAt(NAMED_NETNS, NAMED_NETNS, MS.BIND | MS.REC)
      share()
    }
  } finally {
    closeFile(fd)
  }
}

/** Converts errors of a step to one that names the namespace and what is there. @throws {NetnsError} */
function explained(name: string, step: () => void): void {
  try {
    step()
  } catch (error) {
    const path = namedPath(name)
    if (error instanceof SystemError) throw new NetnsError(name, path, foundAt(path), error)
    const { errno, syscall = '' } = error as NodeJS.ErrnoException
    if (errno === undefined) throw error
    throw new NetnsError(name, path, foundAt(path), { syscall, errno: -errno, detail: undefined })
  }
}

/** Creates a network namespace, and mounts it under a name, as `ip netns add` does. @throws {NetnsError} */
export const mountNewNetns = (name: string): void =>
  explained(name, () => {
    const path = namedPath(name)
    mkdirSync(NAMED_NETNS, { recursive: true, mode: 0o755 })
    shareFolder()
    closeFile(openSync(path, constants.O_RDONLY | constants.O_CREAT | constants.O_EXCL, 0))
    try {
      inNewNetns(() => mountAt(OWN_NETNS, path, MS.BIND))
    } catch (error) {
      // The thread may have failed to return after the mount.
      umount2(text(path), DETACH_NOFOLLOW)
      unlinkSync(path)
      throw error
    }
  })

/** Things at a path that are a name of a namespace, or were meant to be. Others are left alone. */
const deletable: readonly NetnsFound[] = ['a namespace', 'a link to a namespace', 'an unused mount point']

/** Deletes the name of a network namespace, as `ip netns delete` does. @throws {NetnsError} */
export const unmountNetns = (name: string): void =>
  explained(name, () => {
    const path = namedPath(name)
    const found = foundAt(path)
    if (!deletable.includes(found)) throw new SystemError('unlink', found === 'nothing' ? ENOENT : EINVAL, path)
    // Several namespaces may be mounted on top of each other.
    for (let at = found; at === 'a namespace'; at = foundAt(path))
      check('umount2', umount2(text(path), DETACH_NOFOLLOW), path)
    unlinkSync(path)
  })
