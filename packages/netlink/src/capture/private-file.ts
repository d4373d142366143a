import { codeOf } from '../codec/error.js'
/**
 * Creates a file that only its owner can read, and returns its descriptor, because captures contain keys and addresses. An
 * existing regular file is deleted first instead of truncated: other users may own it or have it open. Symbolic links are not
 * followed (`ELOOP`), because in a shared directory any user may have created them. Devices and pipes are opened as they are.
 * @throws {Error} of Node's fs (`ENOENT`, `EACCES`, …)
 */
export function createPrivateFile(path: string): number {
  // Loaded here, because the executable's `fs` lacks these functions. The executable never records.
  const { constants, lstatSync, openSync, unlinkSync } = process.getBuiltinModule('node:fs')
  for (let attempt = 1; ; attempt++) {
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (found !== undefined && !found.isFile()) return openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW)
    try {
      if (found !== undefined) unlinkSync(path)
      return openSync(path, 'wx', 0o600)
    } catch (error) {
      // Another process has created or deleted the file in the meantime. Try again.
      if (!['ENOENT', 'EEXIST'].includes(codeOf(error) ?? '') || attempt === 10) throw error
    }
  }
}
