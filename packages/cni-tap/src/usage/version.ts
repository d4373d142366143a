import { packageVersion, supportedVersions } from '../cni/version.js'
import { builtIn } from '../system/built-in.js'

/** Returns the version of the plugin, and facts about its build and its runtime. */
export function versionText(): string {
  const facts = {
    commit: builtIn?.commit ?? 'unknown',
    runtime: builtIn?.runtime ?? nodeRuntime(),
    machine: process.arch,
    'CNI versions': supportedVersions.join(', '),
  }
  const lines = Object.entries(facts).map(([name, value]) => `${name}: ${value}\n`)
  return `netloom tap ${packageVersion()}\n${lines.join('')}`
}

function nodeRuntime(): string {
  const { bun } = process.versions
  return bun === undefined ? `Node.js ${process.version}` : `Bun ${bun}`
}
