import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { executable } from '../exe.mjs'
import { path } from '../repo.mjs'
import { gzip, place, tar, writeSums } from './archive.mjs'

/** Names of the machines in Go and OCI, which archives of CNI plugins use. */
export const architectures = { x64: 'amd64', arm64: 'arm64' }

/** Files of each archive, next to the plugin itself. */
export const notices = {
  LICENSE: path('LICENSE'),
  'tap-licenses.txt': path('packages', 'cni-tap', 'dist', 'tap-licenses.txt'),
}

/**
 * Writes the archive of one machine, laid out as those of containernetworking/plugins: the plugin's executable at the top, with the
 * licenses. Returns its name.
 */
export function writePluginArchive(machine, { version, epoch }, work, out) {
  const architecture = architectures[machine]
  const stage = join(work, architecture)
  mkdirSync(stage, { recursive: true, mode: 0o755 })
  place(executable(machine), join(stage, 'tap'), 0o755)
  place(path('packages', 'cni-tap', 'README.md'), join(stage, 'README.md'))
  for (const [name, file] of Object.entries(notices)) place(file, join(stage, name))
  const archive = join(out, `cni-plugin-tap-linux-${architecture}-v${version}.tgz`)
  writeFileSync(archive, gzip(tar(stage, epoch)))
  return archive
}

/** Writes the archives of all machines. Returns their names and those of their checksums. */
export const writePluginArchives = (facts, work, out) =>
  Object.keys(architectures).flatMap((machine) => {
    const archive = writePluginArchive(machine, facts, work, out)
    return [archive, ...writeSums(archive)]
  })
