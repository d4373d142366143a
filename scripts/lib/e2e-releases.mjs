import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildExecutable, executable, machines } from './exe.mjs'
import { writeImage } from './release/image.mjs'
import { placeholder, writeManifests } from './release/manifests.mjs'
import { path, rootPackage } from './repo.mjs'

/** Writes image and manifests of a release whose program for this machine has these bytes. Returns the files. */
function writeRelease(parent, version, bytes) {
  const folder = join(parent, version)
  const [work, out] = ['work', 'out'].map((name) => join(folder, name))
  for (const each of [work, out]) mkdirSync(each, { recursive: true })
  const program = join(folder, 'tap')
  writeFileSync(program, bytes)
  const facts = { version, epoch: 0, commit: 'e2e' }
  const image = writeImage(facts, work, out, (machine) => (machine === process.arch ? program : executable(machine)))
  const [manifests] = writeManifests(facts, image, work, out)
  return { version, name: placeholder, digest: image.digest, image: image.file, manifests, program }
}

/**
 * Provides image and manifests of two releases. The program of the second one has a further byte, which the kernel ignores.
 * @param plugin runs in place of the built executable
 * @throws {Error} if an executable cannot be built
 */
export async function releases(plugin = executable()) {
  for (const machine of machines.filter((each) => each !== process.arch))
    if (!(await buildExecutable(machine))) throw new Error(`the executable for ${machine} cannot be built`)
  const folder = path('.cache', 'e2e', 'releases')
  rmSync(folder, { recursive: true, force: true })
  const { version } = rootPackage()
  const bytes = readFileSync(plugin)
  const second = Buffer.concat([bytes, Buffer.from('\n')])
  const both = [writeRelease(folder, version, bytes), writeRelease(folder, `${version}-next`, second)]
  return { NETLOOM_RELEASES: JSON.stringify(both) }
}
