import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** Copies a file into a folder that becomes an archive, with a mode that does not depend on the umask. */
export function place(from, to, mode = 0o644) {
  mkdirSync(dirname(to), { recursive: true })
  cpSync(from, to)
  chmodSync(to, mode)
}

/** Sets the modes of everything in a folder: 755 for folders and programs, 644 for other files. */
export function normalizeModes(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    chmodSync(file, entry.isDirectory() || statSync(file).mode & 0o100 ? 0o755 : 0o644)
  }
  chmodSync(folder, 0o755)
}

/** Returns a tar archive of a folder's contents whose bytes depend only on names, modes, contents and `epoch`. */
export function tar(folder, epoch, names = ['.']) {
  const fixed = ['--sort=name', '--format=ustar', '--owner=0', '--group=0', '--numeric-owner', `--mtime=@${epoch}`]
  return execFileSync('tar', [...fixed, '-cf', '-', '-C', folder, ...names], {
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    maxBuffer: 2 ** 30,
  })
}

/** Compresses bytes. The header that zlib writes has no time and no name. */
export const gzip = (bytes) => gzipSync(bytes, { level: 9 })

/** Writes the checksums of a file next to it, in the format of sha256sum(1) and sha512sum(1). Returns their names. */
export function writeSums(file) {
  return ['sha256', 'sha512'].map((algorithm) => {
    const sums = `${file}.${algorithm}`
    writeFileSync(sums, `${createHash(algorithm).update(readFileSync(file)).digest('hex')}  ${basename(file)}\n`)
    return sums
  })
}
