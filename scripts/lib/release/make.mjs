import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from '../build.mjs'
import { buildExecutable, machines } from '../exe.mjs'
import { path, say } from '../repo.mjs'
import { notesOf, ReleaseError } from './facts.mjs'
import { writeImage } from './image.mjs'
import { writeManifests } from './manifests.mjs'
import { writeNpmPackages } from './npm-packages.mjs'
import { writePluginArchives } from './plugin-archive.mjs'
import { writeProvenance } from './provenance.mjs'
import { writeSboms } from './sbom.mjs'
import { writeChecksums } from './sign.mjs'

/** Folder of a release's files. */
export const releaseFolder = path('dist', 'release')

/** Calls `use` with a temporary folder. */
export async function withWork(use) {
  mkdirSync(path('.cache'), { recursive: true })
  const work = mkdtempSync(path('.cache', 'release-'))
  try {
    return await use(work)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function buildAll() {
  if (!(await build())) throw new ReleaseError(['the packages could not be built'])
  for (const machine of machines)
    if (!(await buildExecutable(machine))) throw new ReleaseError([`the executable for ${machine} could not be built`])
}

/**
 * Builds everything, and writes the files of a release. Returns them by kind. Their bytes depend only on the commit, the compilers, and
 * the address of the repository.
 */
export async function make(facts) {
  await buildAll()
  say('release')
  const out = releaseFolder
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  return withWork((work) => {
    const archives = writePluginArchives(facts, work, out)
    const tarballs = writeNpmPackages(facts, work, out)
    const image = writeImage(facts, work, out)
    const manifests = writeManifests(facts, image, work, out)
    const sboms = writeSboms(facts, tarballs, out)
    const notes = join(out, 'RELEASE-NOTES.md')
    writeFileSync(notes, `# netloom ${facts.version}\n\n${notesOf(facts.version)}\n`)
    const made = [...archives, ...tarballs, image.file, ...manifests, ...sboms, notes]
    const files = [...made, writeProvenance(facts, made, out)]
    return { archives, tarballs, image, sboms, checksums: writeChecksums(files, out) }
  })
}
