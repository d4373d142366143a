import { ArgumentError } from '../codec/error.js'
import { SystemError } from '../socket/error.js'

/** Folder of the journals. It is on a tmpfs: after a restart there is nothing to undo. */
export const FOLDER = '/run/netloom'

/** Returns the module. An import would need the module in the plugin's executable too, which has no plans. */
export const fs = () => process.getBuiltinModule('node:fs')

/** Calls functions of node:fs. @throws {SystemError} if one fails */
export function onDisk<T>(path: string, call: () => T): T {
  try {
    return call()
  } catch (error) {
    const { syscall, errno } = error as NodeJS.ErrnoException
    throw syscall === undefined || errno === undefined ? error : new SystemError(syscall, -errno, path)
  }
}

/** Creates the folder if it does not exist. @throws {TypeError} if another user could write to it */
export function prepareFolder(): void {
  onDisk(FOLDER, () => fs().mkdirSync(FOLDER, { recursive: true, mode: 0o700 }))
  checkFolder()
}

/**
 * Checks that only this user can write to the folder: another one could exchange journals, whose requests are sent with the
 * privileges of this process. @throws {TypeError}
 */
export function checkFolder(): void {
  const { mode, uid } = onDisk(FOLDER, () => fs().lstatSync(FOLDER))
  const { S_IFMT, S_IFDIR } = fs().constants
  if ((mode & S_IFMT) !== S_IFDIR || (mode & 0o022) !== 0 || uid !== process.geteuid?.())
    throw new ArgumentError(`expected ${FOLDER} to be a folder that only this user can write to, got another one`)
}

/** Checks a journal and its folder. Returns false if one does not exist. @throws {TypeError} if another user could have written it */
export function checkFile(path: string): boolean {
  if (onDisk(FOLDER, () => fs().lstatSync(FOLDER, { throwIfNoEntry: false })) === undefined) return false
  checkFolder()
  const found = onDisk(path, () => fs().lstatSync(path, { throwIfNoEntry: false }))
  if (found === undefined) return false
  const { S_IFMT, S_IFREG } = fs().constants
  if ((found.mode & S_IFMT) !== S_IFREG || (found.mode & 0o077) !== 0 || found.uid !== process.geteuid?.())
    throw new ArgumentError(`expected ${path} to be a file that only this user can read and write, got another one`)
  return true
}
