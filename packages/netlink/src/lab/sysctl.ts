import { constants, writeSync } from 'node:fs'
import { closeFile } from '../socket/close-file.js'
import { openFile } from '../socket/open-file.js'

/** Returns the parts of a name, by the rules of sysctl(8): the first separator, `.` or `/`, separates the parts. */
function partsOf(name: string): string[] {
  const [separator, other] = name.search(/[./]/) === name.indexOf('/') ? ['/', '.'] : ['.', '/']
  return name.split(separator).map((part) => (separator === '.' ? part.replaceAll(other, '.') : part))
}

/** True for a name below `net`. */
export function isNetSysctl(name: string): boolean {
  const parts = partsOf(name)
  return (
    parts.length > 1 &&
    parts[0] === 'net' &&
    !parts.some((part) => ['', '.', '..'].includes(part) || part.includes('\0'))
  )
}

/** Writes a setting of the calling thread's network namespace. @throws {SystemError} */
export function writeSysctl(name: string, value: string | number): void {
  // Without O_CREAT: with it, procfs reports EACCES for a setting that does not exist.
  const fd = openFile(`/proc/sys/${partsOf(name).join('/')}`, constants.O_WRONLY)
  try {
    writeSync(fd, String(value))
  } finally {
    closeFile(fd)
  }
}
