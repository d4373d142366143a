import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { path } from './repo.mjs'

const host = (...parts) => path('packages', 'host', ...parts)

/** Node's modules and the seam of @netloom/netlink, by what the host has for them. What it lacks fails the build. */
const inHost = {
  '#libc': 'libc',
  'node:buffer': 'buffer',
  'node:fs': 'fs',
  'node:os': 'os',
  'node:timers/promises': 'timers-promises',
}

const hostModules = {
  name: 'host modules',
  setup(build) {
    build.onResolve({ filter: /^(#libc$|node:)/ }, ({ path: name }) =>
      inHost[name]
        ? { path: host('dist', `${inHost[name]}.js`), sideEffects: false }
        : { errors: [{ text: `the host has no ${name}` }] },
    )
    build.onResolve({ filter: /^native:/ }, ({ path: name }) => ({ path: name, external: true, sideEffects: false }))
  },
}

/**
 * Makes a program of the plugin's, or of a test's, one for the host: modules in `folder`, of which `main.js` is the first. They are
 * several, so that each holds what it needs and no more, and is read when it is needed. Returns their names.
 */
export async function bundle(entry, folder) {
  const { build } = await import('esbuild')
  const { version } = JSON.parse(readFileSync(path('packages', 'cni-tap', 'package.json'), 'utf8'))
  const { warnings } = await build({
    entryPoints: { main: entry },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: true,
    target: 'es2023',
    platform: 'neutral',
    // Of rtnetlink the messages that the plugin sends: to declare them all takes longer than all else.
    conditions: ['netloom-basic'],
    inject: [host('dist', 'globals.js')],
    plugins: [hostModules],
    define: { BUILT_IN_VERSION: JSON.stringify(version) },
    logLevel: 'silent',
  })
  if (warnings.length) throw new Error(warnings.map(({ text }) => text).join('\n'))
  const names = readdirSync(folder)
  // Bytecode without debug information cannot import(); the host has what can.
  for (const name of names) {
    const file = join(folder, name)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('import("./', 'importModule("./'))
  }
  return names
}
