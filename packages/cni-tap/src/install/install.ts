import { renameSync } from 'node:fs'
import { messageOf } from '../cni/error.js'
import { parseJson } from '../cni/json.js'
import { newestVersion } from '../cni/version.js'
import { run } from '../system/run-program.js'
import { copyProgram, isCopy, removeFile } from './copy.js'
import { LockedFolder } from './folder.js'

/** Name by which runtimes look for the plugin. */
export const programName = 'tap'

/** Name of the copy until it replaces the installed file. Runtimes do not look for names with a dot. */
const temporaryName = `.${programName}.netloom-install`

/** The plugin could not be installed. What was installed before is unchanged. */
export class InstallError extends Error {
  override readonly name = 'InstallError'
  readonly code = 'ERR_CNI_INSTALL'
}

/**
 * Installs a program as `tap` in a folder: copies it to a temporary file there, calls it with VERSION, and renames it. Whatever fails or
 * interrupts it, the folder contains the whole old file or the whole new one. Runtimes that execute the old one keep it.
 *
 * A temporary file that an interrupted installer left is deleted. Nothing else in the folder changes.
 * @returns false if the same program was installed already
 * @throws {InstallError}
 */
export function install(program: string, folder: string): boolean {
  const target = `${folder}/${programName}`
  try {
    using locked = new LockedFolder(folder)
    const temporary = `${folder}/${temporaryName}`
    removeFile(temporary)
    if (isCopy(program, target)) return false
    try {
      copyProgram(program, temporary)
      requireWorking(temporary)
      renameSync(temporary, target)
    } catch (error) {
      removeQuietly(temporary)
      throw error
    }
    locked.sync()
    return true
  } catch (error) {
    throw new InstallError(`failed to install ${target}: ${messageOf(error)}`)
  }
}

/** Calls the program with VERSION. @throws {InstallError} if it does not answer like this plugin */
function requireWorking(program: string): void {
  const input = Buffer.from(JSON.stringify({ cniVersion: newestVersion }))
  const { status, signal, error, stdout } = run(program, { input, env: { CNI_COMMAND: 'VERSION' } })
  if (error !== undefined) throw error
  if (status !== 0) throw new InstallError(`VERSION of the copy ended with ${signal ?? `exit code ${status}`}`)
  const { supportedVersions } = parseJson(stdout) as { supportedVersions?: unknown }
  if (!Array.isArray(supportedVersions) || !supportedVersions.includes(newestVersion))
    throw new InstallError(`VERSION of the copy does not list ${newestVersion}`)
}

function removeQuietly(path: string): void {
  try {
    removeFile(path)
  } catch {
    // The next installer tries again. The first error says more.
  }
}
