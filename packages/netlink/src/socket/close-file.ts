import { closeSync } from 'node:fs'

/** Closes what `fs` has opened. Whatever close(2) returns, the descriptor is closed. */
export function closeFile(fd: number): void {
  try {
    closeSync(fd)
  } catch {}
}
