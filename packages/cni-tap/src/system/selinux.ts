import { statfsSync, writeFileSync } from 'node:fs'
import { CniError, ErrorCode, errnoCode, failure, ifAny, kernelCall } from '../cni/error.js'

/** linux/magic.h */
const SELINUX_MAGIC = 0xf97cff8c
const SYSFS_MAGIC = 0x62656572
const selinuxfs = '/sys/fs/selinux'

/** File for the label of the next program that this thread executes: proc_pid_attr(5). */
const execLabel = '/proc/thread-self/attr/exec'

/**
 * Calls `action`. Programs that it executes have the SELinux label `label`.
 * @throws {CniError} 7 if SELinux is off or the kernel refuses the label
 */
export function withExecLabel<T>(label: string, action: () => T): T {
  requireSelinux()
  setExecLabel(label)
  try {
    return action()
  } finally {
    setExecLabel('')
  }
}

function requireSelinux(): void {
  if (fileSystemOf(selinuxfs) === SELINUX_MAGIC) return
  throw new CniError(ErrorCode.invalidConfig, 'invalid selinuxContext: SELinux is not enabled on this host')
}

/**
 * Returns the type of the file system at a path, or undefined if the path does not exist. The kernel creates it if SELinux is on.
 * If /sys is missing, this does not show that SELinux is off.
 */
function fileSystemOf(path: string): number | undefined {
  try {
    return statfsSync(path).type
  } catch (error) {
    if (errnoCode(error) === 'ENOENT' && ifAny('failed to look up /sys', () => statfsSync('/sys').type) === SYSFS_MAGIC)
      return undefined
    throw failure(`failed to look up ${path}`, error, ErrorCode.invalidConfig)
  }
}

/** Returns the beginning of an error message about a label. */
export const invalidLabel = (label: string) => `invalid selinuxContext ${JSON.stringify(label)}`

function setExecLabel(label: string): void {
  const what = label === '' ? 'failed to reset the SELinux label' : invalidLabel(label)
  // Writing nothing would have no effect. A line feed resets the label.
  kernelCall(what, () => writeFileSync(execLabel, label === '' ? '\n' : label), ErrorCode.invalidConfig)
}
