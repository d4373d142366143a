import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { removeOrphans } from './outputs.mjs'
import { bundlePackages } from './package-bundle.mjs'
import { path, rootPackage, run, runTool, say } from './repo.mjs'
import { buildViewer } from './viewer-page.mjs'

const stamp = path('node_modules', '.netloom-installed')

/** Changes whenever the installed dependencies no longer fit: other versions or another machine. */
function fingerprint() {
  const manifests = readdirSync(path('packages')).map((name) => path('packages', name, 'package.json'))
  const files = [path('package.json'), path('pnpm-workspace.yaml'), path('pnpm-lock.yaml'), ...manifests]
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of files) if (existsSync(file)) hash.update(readFileSync(file))
  return hash.digest('hex')
}

const installed = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()

/** Arguments of `npx` that run pnpm in the version of package.json. */
export const pnpm = (...args) => ['--yes', rootPackage().packageManager.split('+')[0], ...args]

/** Installs the dependencies unless they are up to date. */
export function install() {
  if (installed()) return true
  say('install')
  // Without a terminal, pnpm refuses to replace a node_modules folder of another version unless this is set.
  if (!run('npx', pnpm('install', '--config.confirm-modules-purge=false'))) return false
  writeFileSync(stamp, fingerprint())
  return true
}

/** Installs the dependencies, compiles the changed sources, bundles them, and makes the page of the viewer. True if all of it succeeded. */
export async function build() {
  if (!install()) return false
  say('build')
  removeOrphans()
  return runTool('tsc', ['-b']) && (await bundlePackages()) && (await buildViewer())
}
