/**
 * Creates a file that only its owner can read, and returns its descriptor. Captures contain keys and addresses. A regular file of
 * that name is replaced, not written to: other users may have it open, or own it. A symbolic link is not followed (`ELOOP`),
 * since in a shared folder any user may have created it. Devices and pipes are opened as they are.
 * @throws {Error} of Node's fs (`ENOENT`, `EACCES`, …)
 */
export function createPrivateFile(path: string): number {
  // Loaded on use: the fs of the plugin's executable lacks these functions, and the executable never records.
  const { constants, lstatSync, openSync, unlinkSync } = process.getBuiltinModule('node:fs')
  for (let attempt = 1; ; attempt++) {
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (found !== undefined && !found.isFile()) return openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW)
    try {
      if (found !== undefined) unlinkSync(path)
      return openSync(path, 'wx', 0o600)
    } catch (error) {
      // Another process removed the file, or created one, in the meantime.
      if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '') || attempt === 10) throw error
    }
  }
}
