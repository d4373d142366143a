import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** scripts/lib/peers.mjs puts them there. */
const installed = new URL('../../../.cache/peers/', import.meta.url)
const ours = new URL('../peers/', import.meta.url)

/** Debian's, which has Debian's packages. */
const python = '/usr/bin/python3'

/** vishvananda/netlink in a program of ours, or undefined. */
export function routeList(): string | undefined {
  const program = fileURLToPath(new URL('routelist', installed))
  return existsSync(program) ? program : undefined
}

/** pyroute2 in a program of ours: what to run, or undefined. */
export function pyroute2(): readonly [string, string] | undefined {
  const { status } = spawnSync(python, ['-c', 'import pyroute2'], { stdio: 'ignore' })
  return status === 0 ? [python, fileURLToPath(new URL('routes.py', ours))] : undefined
}

/** npm's `netlink` in a program of ours: the program and the package, or undefined. */
export function npmNetlink(): readonly [string, string] | undefined {
  const folder = fileURLToPath(new URL('node_modules/netlink', installed))
  return existsSync(folder) ? [fileURLToPath(new URL('links.cjs', ours)), folder] : undefined
}

/** Says that a peer is not there. On stderr, as `--json` has nothing but rows on the other. */
export const leftOut = (name: string): void => console.error(`${name} is left out: it is not to be had here`)
