import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { executable } from '../exe.mjs'
import { sha256 } from '../seal.mjs'
import { gzip, place, tar } from './archive.mjs'
import { architectures, notices } from './plugin-archive.mjs'

const media = (name) => `application/vnd.oci.image.${name}`

/** Writes a blob of the image, and returns its descriptor. */
function writeBlob(layout, mediaType, bytes) {
  const name = sha256(bytes)
  writeFileSync(join(layout, 'blobs', 'sha256', name), bytes)
  return { mediaType, digest: `sha256:${name}`, size: bytes.length }
}

const writeJson = (layout, mediaType, value) => writeBlob(layout, mediaType, Buffer.from(JSON.stringify(value)))

const annotationsOf = ({ version, commit, repository }) => ({
  'org.opencontainers.image.title': 'cni-plugin-tap',
  'org.opencontainers.image.description': 'The CNI plugin tap, and its installer',
  'org.opencontainers.image.licenses': 'Apache-2.0 AND MIT',
  'org.opencontainers.image.version': version,
  'org.opencontainers.image.revision': commit,
  ...(repository && { 'org.opencontainers.image.source': repository }),
})

/** Writes the image of one machine: a layer with a program and the licenses, that runs the installer. */
function writeManifest(layout, work, facts, machine, program) {
  const architecture = architectures[machine]
  const files = join(work, `layer-${architecture}`)
  mkdirSync(files, { recursive: true, mode: 0o755 })
  place(program, join(files, 'tap'), 0o755)
  for (const [name, file] of Object.entries(notices)) place(file, join(files, 'licenses', name))
  const layer = tar(files, facts.epoch, ['licenses', 'tap'])
  const created = new Date(facts.epoch * 1000).toISOString().replace('.000', '')
  const labels = annotationsOf(facts)
  const config = writeJson(layout, media('config.v1+json'), {
    created,
    architecture,
    os: 'linux',
    config: {
      Entrypoint: ['/tap'],
      Cmd: ['install', '--to', '/host/opt/cni/bin', '--watch'],
      User: '0:0',
      Labels: labels,
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
    history: [{ created, comment: 'the static executable of the plugin' }],
  })
  const manifest = writeJson(layout, media('manifest.v1+json'), {
    schemaVersion: 2,
    mediaType: media('manifest.v1+json'),
    config,
    layers: [writeBlob(layout, media('layer.v1.tar+gzip'), gzip(layer))],
    annotations: labels,
  })
  return { ...manifest, platform: { architecture, os: 'linux' } }
}

/**
 * Writes an OCI image of both machines as an archive (OCI image layout 1.0.0). Returns the name of the file.
 *
 * The image contains the static executable and the licenses. It starts the executable as an installer.
 * @param programOf returns the executable of a machine
 */
export function writeImage(facts, work, out, programOf = executable) {
  const layout = join(work, 'image')
  mkdirSync(join(layout, 'blobs', 'sha256'), { recursive: true })
  const manifests = Object.keys(architectures).map((machine) =>
    writeManifest(layout, work, facts, machine, programOf(machine)),
  )
  const index = { schemaVersion: 2, mediaType: media('index.v1+json'), manifests, annotations: annotationsOf(facts) }
  const image = writeJson(layout, media('index.v1+json'), index)
  const named = { ...image, annotations: { 'org.opencontainers.image.ref.name': `v${facts.version}` } }
  const top = { schemaVersion: 2, mediaType: media('index.v1+json'), manifests: [named] }
  writeFileSync(join(layout, 'index.json'), JSON.stringify(top))
  writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  const file = join(out, `cni-plugin-tap-image-v${facts.version}.tar`)
  writeFileSync(file, tar(layout, facts.epoch, ['oci-layout', 'index.json', 'blobs']))
  return { file, digest: image.digest }
}
