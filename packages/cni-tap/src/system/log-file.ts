import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'

const { O_WRONLY, O_CREAT, O_APPEND, O_NONBLOCK, O_NOCTTY, O_NOFOLLOW } = constants

/**
 * A FIFO without a reader or a full pipe must not make the plugin wait. The last part of the path must not be a symbolic link: in a
 * folder that others can write to, it could lead to any file.
 */
const flags = O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW

/** Only the plugin's user may read the log. It is no program. */
const mode = 0o600

/** Thrown if a line cannot be appended to a file. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError'
  readonly code = 'ERR_CNI_LOG'
}

/**
 * Appends a line to a file with one write(2), so that lines of several processes do not mix. Creates the file. The file may also be a
 * FIFO or a character device.
 * @throws {Error} if the file cannot be opened or written
 */
export function appendLine(path: string, line: string): void {
  const fd = openSync(path, flags, mode)
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile() && !stat.isFIFO() && !stat.isCharacterDevice())
      throw new LogFileError('expected a file, a FIFO or a character device')
    const bytes = Buffer.from(line)
    const written = writeSync(fd, bytes)
    if (written < bytes.length) throw new LogFileError(`only ${written} of ${bytes.length} bytes were written`)
  } finally {
    closeSync(fd)
  }
}
