import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.mjs'
import { link } from './native.mjs'
import { path } from './repo.mjs'
import { provideQuickjs, provideToolchain } from './toolchain.mjs'

/** The machines that the plugin is built for, and what its executable for each is called. */
const executables = { x64: 'tap-linux-x64', arm64: 'tap-linux-arm64' }

export const machines = Object.keys(executables)

const built = (name) => path('packages', 'cni-tap', 'dist', name)

/** Where a machine's executable is: this one's is called as the plugin is. */
export const executable = (machine = process.arch) => built(machine === process.arch ? 'tap' : executables[machine])

/**
 * Makes one static executable of modules: it runs `main`. By then `prepare`, if there is one, has been run, with all that it imports:
 * that is when the executable is made. @throws where that does not succeed
 */
export async function makeExecutable(modules, machine, outfile) {
  mkdirSync(path('.cache'), { recursive: true })
  const folder = mkdtempSync(path('.cache', 'executable-'))
  try {
    link(machine, folder, await bundle(modules, folder), outfile)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Both ask for their notice in all copies: it lies beside the executables. */
function writeLicenses() {
  const parts = { QuickJS: join(provideQuickjs(), 'LICENSE'), musl: provideToolchain().license }
  const texts = Object.entries(parts).map(([name, file]) => `# ${name}\n\n${readFileSync(file, 'utf8').trim()}\n`)
  const said = 'The executables hold parts of these, which ask for their notices to go along.'
  writeFileSync(built('tap-licenses.txt'), [`${said}\n`, ...texts].join('\n'))
}

/** Makes the plugin's executable for a machine of what was compiled to JavaScript; false, having said why, if it cannot. */
export async function buildExecutable(machine = process.arch) {
  const outfile = executable(machine)
  try {
    await makeExecutable({ main: built('main.js'), prepare: built('prepare.js') }, machine, outfile)
    writeLicenses()
    console.log(`${outfile}: ${(statSync(outfile).size / 1024).toFixed(0)} KiB`)
    return true
  } catch (error) {
    console.error(`✘ no executable for ${machine}: ${error.message}`)
    return false
  }
}
