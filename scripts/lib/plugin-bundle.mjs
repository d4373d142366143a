import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { path } from './repo.mjs'

/** The plugin as one module. It starts in half the time that the package takes with its hundred modules. */
export const pluginBundle = path('.cache', 'plugin', 'main.mjs')

/**
 * Test files with hundreds of calls each. Other files cover the same lines. Coverage of a bundle cannot be
 * mapped to its modules.
 */
const called = ['bugs', 'crash', 'envelope', 'inputs', 'parallel', 'protocol', 'transient']
const files = [...called.map((name) => `test/cni-tap/${name}.test.ts`), 'test/differential/differential.test.ts']

/** Returns the environment in which a test file runs: some call the bundle, without coverage, instead of the package. */
export const withPlugin = (env) => (file) => (files.includes(file) ? { ...env, NETLOOM_PLUGIN: pluginBundle } : env)

/** koffi is loaded by its name when it is needed. The bundle loads it from where netlink has it installed. */
const koffi = {
  name: 'koffi',
  setup(build) {
    const file = createRequire(path('packages', 'netlink', 'package.json')).resolve('koffi')
    build.onLoad({ filter: /\/libc-koffi\.js$/ }, ({ path: source }) => ({
      contents: readFileSync(source, 'utf8').replace("require.resolve('koffi')", JSON.stringify(file)),
    }))
  },
}

/** Bundles the compiled plugin into {@link pluginBundle}. */
export async function bundlePlugin() {
  const { build } = await import('esbuild')
  const { version } = JSON.parse(readFileSync(path('packages', 'cni-tap', 'package.json'), 'utf8'))
  await build({
    entryPoints: [path('packages', 'cni-tap', 'dist', 'main.js')],
    outfile: pluginBundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // CommonJS modules in the bundle need `require`.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    define: { BUILT_IN_VERSION: JSON.stringify(version) },
    plugins: [koffi],
    logLevel: 'warning',
  })
}
