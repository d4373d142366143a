import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pnpm } from '../build.mjs'
import { capture, path } from '../repo.mjs'
import { sha256 } from '../seal.mjs'
import { toolchainParts } from '../toolchain.mjs'
import { packageNames, ReleaseError } from './facts.mjs'

const specVersion = '1.6'
const manifestOf = (name) => JSON.parse(readFileSync(path('packages', name, 'package.json'), 'utf8'))
const purlOf = ({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`
const apache = [{ license: { id: 'Apache-2.0' } }]

/** Asks pnpm for the installed dependencies of the library and of the page in it. No other package has any, apart from the others here. */
function readInstalled() {
  const wanted = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-spec-version', specVersion, '--prod']
  const text = capture('npx', pnpm('--filter', '@netloom/netlink', '--filter', '@netloom/viewer', ...wanted), {
    maxBuffer: 2 ** 26,
  })
  if (text === undefined) throw new ReleaseError(['pnpm sbom failed'])
  return JSON.parse(text)
}

/** Returns the components that `names` lead to, and the edges between them. Types, which users may install, are not among them. */
function closure({ components, dependencies }, names) {
  const edges = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]))
  const found = new Set()
  const visit = (ref) => {
    if (found.has(ref)) return
    found.add(ref)
    for (const next of edges.get(ref) ?? []) visit(next)
  }
  for (const name of names) visit(components.find((each) => each.purl.startsWith(purlOf({ name, version: '' }))).purl)
  return {
    components: components.filter(({ purl }) => found.has(purl)),
    dependencies: dependencies.filter(({ ref }) => found.has(ref)),
  }
}

/** Returns a document without what differs from run to run: its serial number is made from its contents, its time is the commit's. */
function document({ epoch }, component, components, dependencies) {
  const sorted = (list, key) => [...list].sort((a, b) => (a[key] < b[key] ? -1 : 1))
  const body = {
    components: sorted(components, 'bom-ref'),
    dependencies: sorted(dependencies, 'ref').map(({ ref, dependsOn }) => ({ ref, dependsOn: [...dependsOn].sort() })),
  }
  const timestamp = new Date(epoch * 1000).toISOString()
  const hash = sha256(JSON.stringify([component, body]))
  const uuid = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
  const head = { bomFormat: 'CycloneDX', specVersion, serialNumber: `urn:uuid:${uuid}`, version: 1 }
  return { ...head, metadata: { timestamp, component }, ...body }
}

const ownComponent = (type, manifest, more) => ({
  type,
  group: '@netloom',
  name: manifest.name.split('/')[1],
  version: manifest.version,
  description: manifest.description,
  licenses: apache,
  purl: purlOf(manifest),
  'bom-ref': purlOf(manifest),
  ...more,
})

const ownEdges = (manifest, versions) => ({
  ref: purlOf(manifest),
  dependsOn: Object.keys(manifest.dependencies ?? {}).map((name) => purlOf({ name, version: versions[name] })),
})

/** Describes the npm packages: each with the checksum of its tarball, and everything that npm installs with them. */
function ofPackages(facts, tarballs) {
  const installed = readInstalled()
  const manifests = packageNames.map(manifestOf)
  // The page of the viewer is a part of the package netlink.
  const bundled = Object.keys(manifestOf('viewer').dependencies).filter((name) => !name.startsWith('@netloom/'))
  const third = closure(installed, [...Object.keys(manifestOf('netlink').dependencies), ...bundled])
  const named = third.components.map(({ group, name, version }) => [group ? `${group}/${name}` : name, version])
  const versions = Object.fromEntries([...named, ...manifests.map(({ name, version }) => [name, version])])
  const own = manifests.map((manifest, index) =>
    ownComponent('library', manifest, { hashes: [{ alg: 'SHA-256', content: sha256(readFileSync(tarballs[index])) }] }),
  )
  const whole = { type: 'application', name: 'netloom', version: facts.version, licenses: apache, 'bom-ref': 'netloom' }
  const edges = manifests.map((manifest) => ownEdges(manifest, versions))
  const all = { ref: 'netloom', dependsOn: own.map(({ purl }) => purl) }
  return document(facts, whole, [...own, ...third.components], [all, ...edges, ...third.dependencies])
}

/** Describes the executable: our modules, the engine, and the libc. It contains no package of others from npm. */
function ofExecutable(facts) {
  const manifest = manifestOf('cni-tap')
  const modules = ['netlink', 'tuntap', 'quickjs-runtime'].map((name) => ownComponent('library', manifestOf(name)))
  const native = toolchainParts().map(({ name, version, license, purl, hashes }) => ({
    ...{ type: 'library', name, version, purl, 'bom-ref': purl, licenses: [{ license: { id: license } }] },
    ...(hashes && { hashes }),
  }))
  const parts = [...modules, ...native]
  const main = ownComponent('application', manifest)
  const edges = [{ ref: main.purl, dependsOn: parts.map(({ purl }) => purl) }]
  return document(facts, main, parts, [...edges, ...parts.map(({ purl }) => ({ ref: purl, dependsOn: [] }))])
}

/** Writes the bills of materials of packages and executable (CycloneDX 1.6). Returns the names of the files. */
export function writeSboms(facts, tarballs, out) {
  const write = (name, value) => {
    const file = join(out, `${name}-v${facts.version}.cdx.json`)
    writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
    return file
  }
  return [write('netloom-packages', ofPackages(facts, tarballs)), write('cni-plugin-tap', ofExecutable(facts))]
}
