import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { providePackages } from '../debian.mjs'
import { path, root, run, say } from '../repo.mjs'
import { ReleaseError } from './facts.mjs'
import { releaseFolder } from './make.mjs'

/** Returns the environment in which programs see a clock that is 400 days ahead. */
function provideLaterDate() {
  const folder = path('.cache', 'debian', 'libfaketime')
  const triplet = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch]
  const library = `usr/lib/${triplet}/faketime/libfaketime.so.1`
  const reason = providePackages(folder, { packages: ['libfaketime'], files: [library] })
  if (reason) throw new ReleaseError([`libfaketime is unavailable: ${reason}`])
  return { ...process.env, LD_PRELOAD: join(folder, library), FAKETIME: '+400d', FAKETIME_DONT_FAKE_MONOTONIC: '1' }
}

/** The names and sums of a release's files, from its checksums. */
const linesOf = (folder) => readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trim().split('\n')

/**
 * Makes the release once more, from a clone in another folder, with other modification times, compiled again, 400 days later.
 * Compares it with the one in `releaseFolder`.
 * @throws {ReleaseError} that names the files that differ
 */
export function makeAgain({ repository, image }) {
  say('the same release, from another folder and on another date')
  const clone = mkdtempSync(join(tmpdir(), 'netloom-release-'))
  try {
    if (!run('git', ['clone', '-q', root, clone])) throw new ReleaseError(['git clone failed'])
    // Compilers and sources, so that nothing is fetched with a wrong date. What they made is not copied.
    cpSync(path('.cache', 'debian'), join(clone, '.cache', 'debian'), { recursive: true, verbatimSymlinks: true })
    const args = ['scripts/lib/release/again-main.mjs', JSON.stringify({ repository, image })]
    if (!run(process.execPath, args, { cwd: clone, env: provideLaterDate() }))
      throw new ReleaseError(['the second release could not be made'])
    const second = new Set(linesOf(join(clone, 'dist', 'release')))
    const differing = linesOf(releaseFolder).filter((line) => !second.has(line))
    if (differing.length > 0)
      throw new ReleaseError(differing.map((line) => `${line.slice(66)}: its bytes depend on folder or date`))
    console.log('every file has the same bytes')
  } finally {
    rmSync(clone, { recursive: true, force: true })
  }
}
