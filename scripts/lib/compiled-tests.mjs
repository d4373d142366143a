import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { modulesCondition, modulesOfDist, path } from './repo.mjs'

// Test files are compiled before they run. tsx, which converts modules as they are imported, takes two seconds of CPU for each test
// file, and two minutes on an emulated processor.

const tests = path('test')

/** Test files that import TypeScript which they find or generate while they run. */
const importing = new Set(['test/fuzz/fuzz.test.ts', 'test/spec/spec.test.ts'])

/** `import.meta` of a compiled module is that of its source: tests name its neighbours, and a program asks if it is the main one. */
const define = { 'import.meta.url': 'ownUrl', 'import.meta.filename': 'ownFilename' }

async function withOwnMeta({ path: file }) {
  const own = `const ownUrl = ${JSON.stringify(pathToFileURL(file).href)}, ownFilename = ${JSON.stringify(file)};`
  return { contents: `${own} ${await readFile(file, 'utf8')}`, loader: 'ts' }
}

/** Compiles only the modules in TypeScript, of the tests and the examples, and JSON. Node imports all others itself. */
const onlyTypeScript = {
  name: 'only TypeScript',
  setup(build) {
    build.onResolve({ filter: /./ }, async ({ path: name, kind, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || pluginData === 'resolved' || name.startsWith('node:')) return undefined
      const found = await build.resolve(name, { kind, resolveDir, pluginData: 'resolved' })
      if (found.errors.length > 0 || /\.(ts|json)$/.test(found.path)) return found
      return { path: found.path, external: true }
    })
    build.onLoad({ filter: /\.ts$/ }, withOwnMeta)
  },
}

/** Returns a folder next to `test`, so that relative paths are the same. It is removed when this process ends. */
function makeFolder() {
  const folder = mkdtempSync(path('.tests-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Compiles test files. Returns a function that returns the command that runs one of them. */
export async function compileTests(files) {
  const { build } = await import('esbuild')
  const folder = makeFolder()
  await build({
    ...{ absWorkingDir: path(), entryPoints: files, outdir: folder, outbase: tests, outExtension: { '.js': '.mjs' } },
    ...{ bundle: true, splitting: true, chunkNames: `${basename(tests)}/[hash]`, plugins: [onlyTypeScript] },
    ...{ platform: 'node', format: 'esm', target: 'node20', conditions: ['netloom'], sourcemap: 'linked', define },
    logLevel: 'error',
  })
  const compiled = (file) => join(folder, relative('test', file).replace(/\.ts$/, '.mjs'))
  return (file) =>
    importing.has(file)
      ? [process.execPath, ...modulesOfDist, file]
      : [process.execPath, '--enable-source-maps', modulesCondition, compiled(file)]
}
