import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { capture, run } from '../repo.mjs'
import { sha256 } from '../seal.mjs'
import { ReleaseError } from './facts.mjs'

/** Namespace of the signature: a signature of something else by the same key is not valid for a release. */
const namespace = 'netloom-release'

/** Writes the checksums of all files, in the format of sha256sum(1). Returns the name of the file. */
export function writeChecksums(files, out) {
  const file = join(out, 'SHA256SUMS')
  const lines = files.map((each) => `${sha256(readFileSync(each))}  ${basename(each)}\n`)
  writeFileSync(file, lines.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join(''))
  return file
}

/**
 * Signs the checksums with an SSH key, and verifies the signature. Returns the name of the signature's file.
 * @throws {ReleaseError} if there is no such key, or ssh-keygen(1) fails
 */
export function sign(checksums, key) {
  if (!existsSync(key)) throw new ReleaseError([`--key: expected the file of an SSH key, got ${JSON.stringify(key)}`])
  if (
    !run('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', key, checksums], {
      stdio: ['inherit', 'ignore', 'inherit'],
    })
  )
    throw new ReleaseError(['ssh-keygen could not sign the checksums'])
  const signature = `${checksums}.sig`
  const check = ['-Y', 'check-novalidate', '-n', namespace, '-s', signature]
  if (capture('ssh-keygen', check, { input: readFileSync(checksums) }) === undefined)
    throw new ReleaseError(['the signature does not fit the checksums'])
  return signature
}
