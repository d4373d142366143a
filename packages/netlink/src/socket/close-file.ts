import { closeSync } from 'node:fs'

/** Closes a descriptor that `fs` opened. It is closed even if close(2) reports an error. */
export function closeFile(fd: number): void {
  try {
    closeSync(fd)
  } catch {}
}
