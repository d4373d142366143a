import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
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

const routeModules = path('packages', 'netlink', 'dist', 'route')

/**
 * Modules of netlink's `route` that declare far more than the plugin uses, and the modules of cni-tap that replace them. `parts`
 * are the modules that a replacement imports in place of all of `route`, which would import it in a circle.
 */
const shortened = {
  'rtnetlink.js': { name: 'rtnetlink.js', parts: ['common-messages.js', 'groups.js', 'rule.js', 'tc/index.js'] },
  'link-kinds/cases.js': { name: 'link-kinds.js', parts: ['link-kinds/bridge.js', 'link-kinds/tun.js'] },
  'tc/kinds.js': { name: 'tc-kinds.js', parts: ['tc/filter/u32.js', 'tc/qdisc/simple.js', 'tc/qdisc/tbf.js'] },
  'tc/action/kinds.js': { name: 'tc-action-kinds.js', parts: ['tc/action/mirred.js'] },
}

const shortenRoute = {
  name: 'shorter declarations',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ path: name, resolveDir }) => {
      const replacement = shortened[relative(routeModules, join(resolveDir, name))]
      return replacement && { path: path('packages', 'cni-tap', 'dist', replacement.name), sideEffects: false }
    })
    build.onResolve({ filter: /^@netloom\/netlink\/route$/ }, ({ importer }) => {
      const { parts } = Object.values(shortened).find(({ name }) => importer.endsWith(`/cni-tap/dist/${name}`)) ?? {}
      return parts && { path: parts.join(), namespace: 'parts', sideEffects: false }
    })
    build.onLoad({ filter: /./, namespace: 'parts' }, ({ path: names }) => {
      const contents = names.split(',').map((name) => `export * from './${name}'\n`)
      return { contents: contents.join(''), resolveDir: routeModules }
    })
  },
}

/** Folders of netlink that the plugin does not use, although the entry points that it imports export them. They need more of Node. */
const unused = [path('packages', 'netlink', 'dist', 'netns')]

/** Leaves their modules out. If the plugin used one, its import would remain and the build of the executable would fail. */
const omitUnused = {
  name: 'unused folders',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ path: name, resolveDir }) => {
      const module = join(resolveDir, name)
      return unused.includes(dirname(module)) ? { path: module, external: true, sideEffects: false } : undefined
    })
  },
}

const resolveNodeModules = {
  name: 'QuickJS runtime',
  setup(build) {
    build.onResolve({ filter: /^(#libc$|node:)/ }, ({ path: name }) =>
      runtimeModules[name]
        ? { path: runtime('dist', `${runtimeModules[name]}.js`), sideEffects: false }
        : { errors: [{ text: `the QuickJS runtime has no ${name}` }] },
    )
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
 * `entryPoints` maps names to paths; the runtime runs `main`. Returns the names of the written files: those that `prepare` loads, and
 * the others.
 */
export async function bundle(entryPoints, folder) {
  const { build } = await import('esbuild')
  const { version } = JSON.parse(readFileSync(path('packages', 'cni-tap', 'package.json'), 'utf8'))
  const { warnings, metafile } = await build({
    entryPoints,
    metafile: true,
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
    plugins: [resolveNodeModules, omitUnused, shortenRoute],
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
  const prepared = loadedBy('prepare.js', importsIn(metafile))
  return { prepared: names.filter((name) => prepared.has(name)), others: names.filter((name) => !prepared.has(name)) }
}

/** Returns the modules that each module of the bundle imports statically. */
function importsIn({ outputs }) {
  const importsOf = ({ imports }) =>
    imports.filter(({ kind, external }) => kind === 'import-statement' && !external).map(({ path }) => basename(path))
  return new Map(Object.entries(outputs).map(([file, output]) => [basename(file), importsOf(output)]))
}

/** Returns a module, if it exists, and all that it loads. */
function loadedBy(name, imports, found = new Set()) {
  if (!imports.has(name) || found.has(name)) return found
  found.add(name)
  for (const each of imports.get(name)) loadedBy(each, imports, found)
  return found
}
