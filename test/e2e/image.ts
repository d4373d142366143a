import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { provided } from './environment.js'

/** Writes a root directory that contains only busybox. */
export function makeRootfs(folder: string): void {
  for (const each of ['bin', 'dev', 'etc', 'proc', 'sys', 'tmp']) mkdirSync(join(folder, each), { recursive: true })
  copyFileSync(provided('NETLOOM_BUSYBOX'), join(folder, 'bin/busybox'))
  chmodSync(join(folder, 'bin/busybox'), 0o755)
  for (const name of ['sh', 'sleep', 'ip', 'cat']) symlinkSync('busybox', join(folder, 'bin', name))
}

/** Waits, and ends on SIGTERM. As a first process, `sleep` alone would ignore it. */
export const waiting = ['/bin/sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1000 & wait; done']

/** Writes an OCI image as a tar file, and returns its path. Its container waits. */
export function makeImage(parent: string, name: string): string {
  const folder = mkdtempSync(join(parent, 'image-'))
  const [rootfs, layout] = [join(folder, 'rootfs'), join(folder, 'layout')]
  makeRootfs(rootfs)
  mkdirSync(join(layout, 'blobs/sha256'), { recursive: true })
  const layer = join(folder, 'layer.tar')
  execFileSync('tar', ['-cf', layer, '-C', rootfs, '.'])

  const addBlob = (bytes: Uint8Array, mediaType: string) => {
    const hash = createHash('sha256').update(bytes).digest('hex')
    writeFileSync(join(layout, 'blobs/sha256', hash), bytes)
    return { mediaType, digest: `sha256:${hash}`, size: bytes.length }
  }
  const addJson = (value: object, mediaType: string) => addBlob(Buffer.from(JSON.stringify(value)), mediaType)
  const type = (last: string) => `application/vnd.oci.image.${last}`

  const content = addBlob(readFileSync(layer), type('layer.v1.tar'))
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const rootfsOf = { type: 'layers', diff_ids: [content.digest] }
  const config = addJson(
    { architecture, os: 'linux', config: { Cmd: waiting }, rootfs: rootfsOf },
    type('config.v1+json'),
  )
  const manifest = addJson(
    { schemaVersion: 2, mediaType: type('manifest.v1+json'), config, layers: [content] },
    type('manifest.v1+json'),
  )
  const annotations = { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name }
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  writeFileSync(
    join(layout, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }),
  )
  const file = join(folder, 'image.tar')
  execFileSync('tar', ['-cf', file, '-C', layout, 'oci-layout', 'index.json', 'blobs'])
  return file
}
