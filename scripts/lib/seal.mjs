import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Lists the checksum of every other file of a folder, in the format of sha256sum(1). */
const seal = '.sha256sums'

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

function contentsOf(file) {
  const stat = lstatSync(file)
  return stat.isSymbolicLink() ? readlinkSync(file) : stat.isFile() ? readFileSync(file) : undefined
}

/** Checksums of all files in a folder, sorted by path. */
function checksums(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => name !== seal)
  const lines = names.sort().map((name) => {
    const contents = contentsOf(join(folder, name))
    return contents === undefined ? '' : `${sha256(contents)}  ${name}\n`
  })
  return lines.join('')
}

/** Seals a folder: from now on a changed, truncated, missing or additional file is noticed. Returns the checksum of the seal. */
export function sealFolder(folder) {
  const text = checksums(folder)
  writeFileSync(join(folder, seal), text)
  return sha256(text)
}

/** True if a folder is as it was when it was sealed. With `pinned`, the seal itself must have this checksum. */
export function isIntact(folder, pinned) {
  const file = join(folder, seal)
  if (!existsSync(file)) return false
  const text = readFileSync(file, 'utf8')
  return text === checksums(folder) && (pinned === undefined || sha256(text) === pinned)
}
