import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Folder into which scripts/lib/peers.mjs installs the other libraries. */
const installed = new URL('../../../.cache/peers/', import.meta.url)
const ours = new URL('../peers/', import.meta.url)

/** Debian's Python, which finds Debian's packages. */
const python = '/usr/bin/python3'

/** Returns a program of test/bench/peers that uses vishvananda/netlink, or undefined if it is not installed. */
export function goProgram(name: 'routelist' | 'operations'): string | undefined {
  const program = fileURLToPath(new URL(name, installed))
  return existsSync(program) ? program : undefined
}

/** Returns the command line of the program that uses pyroute2, or undefined if pyroute2 is not installed. */
export function pyroute2(): readonly [string, string] | undefined {
  const { status } = spawnSync(python, ['-c', 'import pyroute2'], { stdio: 'ignore' })
  return status === 0 ? [python, fileURLToPath(new URL('routes.py', ours))] : undefined
}

/** Returns the program that uses npm's `netlink` and the folder of that package, or undefined if it is not installed. */
export function npmNetlink(): readonly [string, string] | undefined {
  const folder = fileURLToPath(new URL('node_modules/netlink', installed))
  return existsSync(folder) ? [fileURLToPath(new URL('links.cjs', ours)), folder] : undefined
}

/** Reports a library that is not installed. Prints to stderr, because with `--json` stdout contains only rows. */
export const reportMissing = (name: string): void => console.error(`${name} is left out: it is not installed`)
