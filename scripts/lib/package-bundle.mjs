import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expanded } from './import-patterns.mjs'
import { replaceBundle } from './outputs.mjs'
import { path } from './repo.mjs'

/**
 * The published packages. Each has its own bundle, which imports the others by name.
 *
 * esbuild makes a chunk for each set of entry points that share modules, and each file costs as much CPU time as some 50 KB of code.
 * So everything that the module `main` imports becomes one chunk, except what matches `apart`: large parts that most entry points do
 * not need, and commands. A module that one of these is imported by must be apart as well: all that a common module imports is common.
 */
const packages = {
  netlink: {
    main: 'index.ts',
    apart: /^(api|cache|route)\/|^(connection|plan)\/(?!async-queue|errors|journal)|^(index|netlink)\.ts$/,
  },
  packet: { main: 'index.ts', apart: /^index\.ts$/ },
  tuntap: {
    main: 'index.ts',
    apart:
      /^(index|events|tuntap)\.ts$|^device\/(from-fd|macvtap)\.ts$|^io\/(?!(bytes|check-virtio|errors|virtio-header)\.ts$)/,
  },
  'cni-tap': { main: 'dispatch.ts', apart: /^commands\/|spoof-|nftables|rules/ },
}

/** Modules that a package starts as programs, by their path. They get nothing of the common chunk until they import it. */
const programs = { netlink: ['cli/main'], 'cni-tap': ['system/end-with-parent'] }

/** Returns the modules that package.json names as parts of the bundle: `codec/index` for `./bundle/codec/index.js`. */
function entryPoints(name) {
  const { exports, imports = {}, bin = {} } = JSON.parse(readFileSync(path('packages', name, 'package.json'), 'utf8'))
  const conditions = [...Object.values(exports), ...Object.values(imports)]
  const files = [...conditions.map((each) => each.default), ...Object.values(bin)]
  const named = files.flatMap((file) => file?.match(/^\.\/bundle\/(.*)\.js$/)?.[1] ?? []).flatMap(expanded)
  return [...new Set([...named, ...(programs[name] ?? [])])]
}

/** Options of every build. The bundle is for Node: it contains Node's modules of `#buffer` and `#libc`. */
const forNode = (src) => ({
  absWorkingDir: src,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  alias: { '#buffer': join(src, 'codec/node-buffer.ts'), '#libc': join(src, 'socket/libc-koffi.ts') },
  logLevel: 'warning',
})

/** Lists the modules of the common chunk. */
async function commonModules(esbuild, name, src) {
  const { main, apart } = packages[name]
  const { metafile } = await esbuild.build({ ...forNode(src), entryPoints: [main], write: false, metafile: true })
  return Object.keys(metafile.inputs).filter((file) => !apart.test(file))
}

/** Makes each entry point, and each module that is imported on demand, include the common modules. */
const withCommon = (src, common, isProgram) => ({
  name: 'common chunk',
  setup(build) {
    const isCommon = new Set(common.map((file) => join(src, file)))
    build.onResolve({ filter: /^\.\.?\// }, ({ path: name, resolveDir, kind, pluginData }) => {
      const file = join(resolveDir, name.replace(/\.js$/, '.ts'))
      // Relative, because the names of chunks contain a hash of this path.
      if (kind === 'entry-point' || kind === 'dynamic-import') return { path: relative(src, file), namespace: 'entry' }
      // Without side effects, esbuild would leave a common module out of the entry points that use nothing of it.
      return { path: file, sideEffects: pluginData === 'entry' || isCommon.has(file) }
    })
    build.onLoad({ filter: /./, namespace: 'entry' }, ({ path: module }) => {
      const file = join(src, module)
      const [hashbang = ''] = readFileSync(file, 'utf8').match(/^#!.*\n/) ?? []
      const imports = isProgram(module) ? [] : common.map((other) => `import './${other}'`)
      const own = `export * from './${module}'`
      return { contents: [hashbang + own, ...imports].join('\n'), resolveDir: src, pluginData: 'entry' }
    })
  },
})

/** Bundles a package from its sources into the folder `bundle`. */
async function bundlePackage(esbuild, name) {
  const src = path('packages', name, 'src')
  const outdir = path('packages', name, 'bundle')
  const common = await commonModules(esbuild, name, src)
  const { outputFiles } = await esbuild.build({
    ...forNode(src),
    entryPoints: entryPoints(name).map((module) => ({ in: `./${module}.ts`, out: module })),
    outdir,
    write: false,
    splitting: true,
    chunkNames: 'chunks/[hash]',
    // The packages contain the sources.
    sourcemap: true,
    sourcesContent: false,
    plugins: [withCommon(src, common, (module) => programs[name]?.includes(module.replace(/\.ts$/, '')))],
  })
  // Chunks first: an entry point never names a chunk that is not there yet.
  const [chunks, entries] = [true, false].map((isChunk) =>
    outputFiles.filter((file) => isChunk === /\/chunks\//.test(file.path)),
  )
  replaceBundle(outdir, [...chunks, ...entries])
}

/** Bundles the published packages, for what `exports` and `bin` of each package.json name. Prints errors; true if there are none. */
export async function bundlePackages() {
  const esbuild = await import('esbuild')
  try {
    for (const name of Object.keys(packages)) await bundlePackage(esbuild, name)
    return true
  } catch (error) {
    // esbuild has printed its own errors.
    if (!error.errors) throw error
    return false
  }
}
