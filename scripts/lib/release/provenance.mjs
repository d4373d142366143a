import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { capture, rootPackage } from '../repo.mjs'
import { sha256 } from '../seal.mjs'
import { toolchainParts } from '../toolchain.mjs'

const compilerVersion = () => capture('gcc', ['--version'])?.split('\n')[0]

/**
 * Writes an in-toto statement (v1) with SLSA's provenance (v1): which files were built from which commit, compilers and libraries. It
 * claims SLSA level 1: the build itself wrote it. Returns the name of the file.
 */
export function writeProvenance({ version, commit, repository }, files, out) {
  const subject = files.map((file) => ({ name: basename(file), digest: { sha256: sha256(readFileSync(file)) } }))
  const source = { ...(repository && { uri: `git+${repository}` }), name: 'netloom', digest: { gitCommit: commit } }
  const parts = toolchainParts().map(({ purl, hashes = [] }) => ({
    uri: purl,
    ...(hashes.length && { digest: { sha256: hashes[0].content } }),
  }))
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject,
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: `${repository ?? 'https://netloom.invalid'}/blob/v${version}/docs/releasing.md`,
        externalParameters: { version, command: 'npm run release' },
        internalParameters: { gcc: compilerVersion(), node: process.versions.node, pnpm: rootPackage().packageManager },
        resolvedDependencies: [source, ...parts],
      },
      runDetails: {
        builder: { id: `${repository ?? 'https://netloom.invalid'}/blob/v${version}/scripts/release.mjs` },
      },
    },
  }
  const file = join(out, `netloom-v${version}.intoto.json`)
  writeFileSync(file, `${JSON.stringify(statement, null, 2)}\n`)
  return file
}
