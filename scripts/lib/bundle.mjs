import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { path, root } from './repo.mjs'
import { provideQuickjs } from './toolchain.mjs'

const runtime = (...parts) => path('packages', 'quickjs-runtime', ...parts)

/** Replacements in packages/quickjs-runtime for the modules that the plugin imports. Any other `node:` import fails the build. */
const runtimeModules = {
  '#libc': 'libc',
  'node:buffer': 'buffer',
  'node:fs': 'fs',
  'node:os': 'os',
  'node:timers/promises': 'timers-promises',
}

const resolveNodeModules = {
  name: 'QuickJS runtime',
  setup(build) {
    build.onResolve({ filter: /^(#libc$|node:)/ }, ({ path: name }) =>
      runtimeModules[name]
        ? { path: runtime('dist', `${runtimeModules[name]}.js`), sideEffects: false }
        : { errors: [{ text: `the QuickJS runtime has no ${name}` }] },
    )
    build.onResolve({ filter: /\/route\/rtnetlink\.js$/ }, () => ({
      path: path('packages', 'cni-tap', 'dist', 'rtnetlink.js'),
      sideEffects: false,
    }))
    build.onResolve({ filter: /^native:/ }, ({ path: name }) => ({ path: name, external: true, sideEffects: false }))
  },
}

/** Returns the checked out commit, and whether sources differ from it. Undefined outside of a repository. */
function commit() {
  const git = (...args) => spawnSync('git', ['--no-optional-locks', ...args], { cwd: root, encoding: 'utf8' })
  const { status, stdout } = git('rev-parse', 'HEAD')
  if (status !== 0) return undefined
  const changes = git('status', '--porcelain', '--untracked-files=no', '--', 'packages', 'scripts')
  return `${stdout.trim()}${changes.status === 0 && changes.stdout === '' ? '' : ', changed'}`
}

const engine = () => `QuickJS ${readFileSync(join(provideQuickjs(), 'VERSION'), 'utf8').trim()}`

/**
 * Bundles JavaScript modules, with everything that they import, for the QuickJS runtime. Writes the bundle to `folder`.
 * `entryPoints` maps names to paths; the runtime runs `main`. Returns the names of the written files.
 */
export async function bundle(entryPoints, folder) {
  const { build } = await import('esbuild')
  const { version } = JSON.parse(readFileSync(path('packages', 'cni-tap', 'package.json'), 'utf8'))
  const { warnings } = await build({
    entryPoints,
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: true,
    target: 'es2023',
    platform: 'neutral',
    // Single modules, so that the parts that nothing uses are left out.
    conditions: ['netloom'],
    inject: [runtime('dist', 'globals.js')],
    plugins: [resolveNodeModules],
    define: { BUILT_IN: JSON.stringify({ version, commit: commit(), runtime: engine() }) },
    logLevel: 'silent',
  })
  if (warnings.length) throw new Error(warnings.map(({ text }) => text).join('\n'))
  // Sorted, so that the executable does not depend on the file system's order.
  const names = readdirSync(folder).sort()
  // Bytecode without debug information cannot use import(). The runtime provides importModule() instead.
  for (const name of names) {
    const file = join(folder, name)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('import("./', 'importModule("./'))
  }
  return names
}
