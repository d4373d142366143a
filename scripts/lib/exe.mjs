import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.mjs'
import { link, linkSanitized } from './native.mjs'
import { path } from './repo.mjs'
import { provideQuickjs, provideToolchain } from './toolchain.mjs'

/** The machines that the plugin is built for, and what its executable for each is called. */
const executables = { x64: 'tap-linux-x64', arm64: 'tap-linux-arm64' }

export const machines = Object.keys(executables)

const built = (name) => path('packages', 'cni-tap', 'dist', name)

/** Where a machine's executable is: this one's is called as the plugin is. */
export const executable = (machine = process.arch) => built(machine === process.arch ? 'tap' : executables[machine])

/** Calls `use` with a folder that is removed afterwards, and with the names of the bundled modules in it. */
async function withBundle(modules, use) {
  mkdirSync(path('.cache'), { recursive: true })
  const folder = mkdtempSync(path('.cache', 'executable-'))
  try {
    use(folder, await bundle(modules, folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Builds a static executable that runs the module `main`. If there is a module `prepare`, it and its imports run during the build, and their
 * state is part of the executable. @throws if the build fails
 */
export const makeExecutable = (modules, machine, outfile) =>
  withBundle(modules, (folder, names) => link(machine, folder, names, outfile))

/** Both ask for their notice in all copies: it lies beside the executables. */
function writeLicenses() {
  const parts = { QuickJS: join(provideQuickjs(), 'LICENSE'), musl: provideToolchain().license }
  const texts = Object.entries(parts).map(([name, file]) => `# ${name}\n\n${readFileSync(file, 'utf8').trim()}\n`)
  const said = 'The executables hold parts of these, which ask for their notices to go along.'
  writeFileSync(built('tap-licenses.txt'), [`${said}\n`, ...texts].join('\n'))
}

const plugin = { main: built('main.js'), prepare: built('prepare.js') }

/** Makes the plugin's executable for a machine of what was compiled to JavaScript; false, having said why, if it cannot. */
export async function buildExecutable(machine = process.arch) {
  const outfile = executable(machine)
  try {
    await makeExecutable(plugin, machine, outfile)
    writeLicenses()
    console.log(`${outfile}: ${(statSync(outfile).size / 1024).toFixed(0)} KiB`)
    return true
  } catch (error) {
    console.error(`✘ no executable for ${machine}: ${error.message}`)
    return false
  }
}

/** Makes it for this machine with AddressSanitizer and UndefinedBehaviorSanitizer, for tests. */
export async function buildSanitized() {
  const outfile = built('tap-sanitized')
  try {
    // Nothing is prepared: without an image that would be done at each start.
    await withBundle({ main: plugin.main }, (folder, names) => linkSanitized(folder, names, outfile))
    console.log(outfile)
    return true
  } catch (error) {
    console.error(`✘ no executable with sanitizers: ${error.message}`)
    return false
  }
}
