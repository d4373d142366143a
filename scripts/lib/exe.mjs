import { readFileSync, statSync } from 'node:fs'
import { path, run } from './repo.mjs'
import { provideRuntime } from './runtimes.mjs'

/** The machines that the plugin is built for, and what its executable for each is called. */
const executables = {
  x64: 'tap-linux-x64',
  arm64: 'tap-linux-arm64',
  'x64-musl': 'tap-linux-x64-musl',
  'arm64-musl': 'tap-linux-arm64-musl',
}

export const machines = Object.keys(executables)

/** Where a machine's executable is: this one's is called as the plugin is. */
export const executable = (machine = process.arch) =>
  path('packages', 'cni-tap', 'dist', machine === process.arch ? 'tap' : executables[machine])

const { version } = JSON.parse(readFileSync(path('packages', 'cni-tap', 'package.json'), 'utf8'))

/**
 * What is asked of Bun. A plugin is run in folders of others and must read nothing there. It ends before compiling its code
 * to that of the machine pays: `jit-policy` makes Bun interpret for so much longer.
 */
const flags = [
  '--compile',
  '--minify',
  '--bytecode',
  // By parts, so that a part holds what it needs and no more, and is read when it is needed.
  '--splitting',
  '--format=esm',
  // Of rtnetlink the messages that the plugin sends: to declare them all takes longer than to start Bun.
  '--conditions=netloom-basic',
  '--no-compile-autoload-dotenv',
  '--no-compile-autoload-bunfig',
  '--no-compile-autoload-tsconfig',
  '--no-compile-autoload-package-json',
  '--compile-jit-policy=1000',
  `--define=BUILT_IN_VERSION=${JSON.stringify(version)}`,
]

/** Makes the plugin's executable for a machine of what was compiled to JavaScript; its path, or undefined if it failed. */
export function buildExecutable(machine = process.arch) {
  const outfile = executable(machine)
  const target = [`--target=bun-linux-${machine}`, `--compile-executable-path=${provideRuntime('bun', machine)}`]
  const entry = path('packages', 'cni-tap', 'dist', 'main.js')
  const built = run(provideRuntime('bun'), ['build', ...flags, ...target, `--outfile=${outfile}`, entry], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (!built) return undefined
  console.log(`${outfile}: ${(statSync(outfile).size / 2 ** 20).toFixed(0)} MiB`)
  return outfile
}
