import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { bundle } from './bundle.mjs'
import { link } from './native.mjs'
import { path } from './repo.mjs'

/** The machines that the plugin is built for, and what its executable for each is called. */
const executables = { x64: 'tap-linux-x64', arm64: 'tap-linux-arm64' }

export const machines = Object.keys(executables)

/** Where a machine's executable is: this one's is called as the plugin is. */
export const executable = (machine = process.arch) =>
  path('packages', 'cni-tap', 'dist', machine === process.arch ? 'tap' : executables[machine])

/** Makes of a JavaScript module, and of what it imports, one static executable. @throws where that does not succeed */
export async function makeExecutable(entry, machine, outfile) {
  mkdirSync(path('.cache'), { recursive: true })
  const folder = mkdtempSync(path('.cache', 'executable-'))
  try {
    link(machine, folder, await bundle(entry, folder), outfile)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Makes the plugin's executable for a machine of what was compiled to JavaScript; false, having said why, if it cannot. */
export async function buildExecutable(machine = process.arch) {
  const outfile = executable(machine)
  try {
    await makeExecutable(path('packages', 'cni-tap', 'dist', 'main.js'), machine, outfile)
    console.log(`${outfile}: ${(statSync(outfile).size / 1024).toFixed(0)} KiB`)
    return true
  } catch (error) {
    console.error(`✘ no executable for ${machine}: ${error.message}`)
    return false
  }
}
