/**
 * Creates a file that only its owner can read, and returns its descriptor. Captures hold keys and addresses. A regular file of
 * that name is replaced, not written to: others may have it open, or own it. A symbolic link is not followed (`ELOOP`), since
 * in a shared folder anybody may have put it there. Devices and pipes are opened as they are.
 * @throws where Node's fs does (`ENOENT`, `EACCES`, …)
 */
export function createPrivateFile(path: string): number {
  // The plugin's executable never gets here, and its fs lacks these.
  const { constants, lstatSync, openSync, unlinkSync } = process.getBuiltinModule('node:fs')
  for (let attempt = 1; ; attempt++) {
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (found !== undefined && !found.isFile()) return openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW)
    try {
      if (found !== undefined) unlinkSync(path)
      return openSync(path, 'wx', 0o600)
    } catch (error) {
      // Another process was faster in removing the file, or in creating one.
      if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '') || attempt === 10) throw error
    }
  }
}
