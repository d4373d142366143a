import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.mjs'
import { link, linkSanitized } from './native.mjs'
import { path } from './repo.mjs'
import { provideQuickjs, provideToolchain } from './toolchain.mjs'

/** Names of the executables by the machine that they run on. */
const executables = { x64: 'tap-linux-x64', arm64: 'tap-linux-arm64' }

export const machines = Object.keys(executables)

const built = (name) => path('packages', 'cni-tap', 'dist', name)

/** Returns the path of a machine's executable. The one for this machine has the plugin's name. */
export const executable = (machine = process.arch) => built(machine === process.arch ? 'tap' : executables[machine])

/** Calls `use` with a temporary folder and the names of the bundled modules in it. */
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
 * Builds a static executable that runs the module `main`. If there is a module `prepare`, it and its imports run during the build,
 * and their state is part of the executable.
 * @throws {Error} if the build fails
 */
export const makeExecutable = (modules, machine, outfile) =>
  withBundle(modules, (folder, names) => link(machine, folder, names, outfile))

/** Writes the licenses next to the executables. Both require their notice in all copies. */
function writeLicenses() {
  const parts = { QuickJS: join(provideQuickjs(), 'LICENSE'), musl: provideToolchain().license }
  const texts = Object.entries(parts).map(([name, file]) => `# ${name}\n\n${readFileSync(file, 'utf8').trim()}\n`)
  const notice = 'The executables contain parts of these programs, whose licenses require these notices.'
  writeFileSync(built('tap-licenses.txt'), [`${notice}\n`, ...texts].join('\n'))
}

const plugin = { main: built('main.js'), prepare: built('prepare.js') }

/** Builds the plugin's executable for a machine from the compiled JavaScript. Returns false, and prints the reason, if it fails. */
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

/** Builds it for this machine with AddressSanitizer and UndefinedBehaviorSanitizer, for tests. */
export async function buildSanitized() {
  const outfile = built('tap-sanitized')
  try {
    // Without `prepare`: it would run at each start, because there is no image.
    await withBundle({ main: plugin.main }, (folder, names) => linkSanitized(folder, names, outfile))
    console.log(outfile)
    return true
  } catch (error) {
    console.error(`✘ no executable with sanitizers: ${error.message}`)
    return false
  }
}
