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
 * Makes of JavaScript modules, and of all that they import, modules for the host, in `folder`. `entryPoints` are paths by names:
 * `main` is what the host runs. Returns the names of the files.
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
    // Of rtnetlink the messages that the plugin sends: to declare them all takes longer than all else.
    conditions: ['netloom-basic'],
    inject: [host('dist', 'globals.js')],
    plugins: [hostModules],
    define: { BUILT_IN_VERSION: JSON.stringify(version) },
    logLevel: 'silent',
  })
  if (warnings.length) throw new Error(warnings.map(({ text }) => text).join('\n'))
  // In the same order whatever the file system is: the executable is to be the same.
  const names = readdirSync(folder).sort()
  // Bytecode without debug information cannot import(); the host has what can.
  for (const name of names) {
    const file = join(folder, name)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('import("./', 'importModule("./'))
  }
  return names
}
