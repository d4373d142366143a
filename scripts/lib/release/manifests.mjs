import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { modulesOfDist, path, run } from '../repo.mjs'
import { gzip, normalizeModes, place, tar, writeSums } from './archive.mjs'
import { ReleaseError } from './facts.mjs'

/** Address of the image in manifests, if none is given. */
export const placeholder = 'registry.example.org/netloom/tap'

/** Writes an archive of the Kubernetes manifests, with the image's digest. Returns the names of the archive and its checksums. */
export function writeManifests({ version, epoch, image = placeholder }, { digest }, work, out) {
  const stage = join(work, 'kubernetes')
  mkdirSync(stage, { recursive: true })
  if (!run(process.execPath, [...modulesOfDist, 'deploy/write.ts', stage, image, digest]))
    throw new ReleaseError(['the manifests could not be written'])
  place(path('docs', 'cni', 'kubernetes.md'), join(stage, 'README.md'))
  place(path('LICENSE'), join(stage, 'LICENSE'))
  normalizeModes(stage)
  const archive = join(out, `cni-plugin-tap-kubernetes-v${version}.tgz`)
  writeFileSync(archive, gzip(tar(stage, epoch)))
  return [archive, ...writeSums(archive)]
}
