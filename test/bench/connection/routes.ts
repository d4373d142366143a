import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Namespace } from '../../support/netns.js'

/** RT_TABLE_MAIN, linux/rtnetlink.h */
export const MAIN = 254

/** Device that routes use, and the router behind it. */
export const device = 'uplink'
export const gateway = '10.0.0.2'

/** Returns the destination of the route with this index, from 0: addresses from 11.0.0.0 on. */
export const destination = (index: number) =>
  `${11 + (index >> 24)}.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`

/** Creates the device with an address, and sets it up. The address brings one route with it. */
export function addUplink(namespace: Namespace): void {
  namespace.ip('link', 'add', device, 'type', 'veth', 'peer', 'name', 'downlink')
  namespace.ip('link', 'set', 'downlink', 'up')
  namespace.ip('addr', 'add', '10.0.0.1/16', 'dev', device)
  namespace.ip('link', 'set', device, 'up')
}

/** Runs `ip -batch` with each of some lists of lines, one after another. */
export function addInBatches(namespace: Namespace, ...batches: readonly Iterable<string>[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'))
  try {
    for (const [index, lines] of batches.entries()) namespace.ip('-batch', batchFile(folder, String(index), lines))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Writes a file for `ip -batch`. Returns its path. */
export function batchFile(folder: string, name: string, lines: Iterable<string>): string {
  const file = join(folder, name)
  writeFileSync(file, `${[...lines].join('\n')}\n`)
  return file
}

/** Returns the lines of `ip -batch` that add `count` routes. */
export function* routeLines(count: number): Generator<string> {
  for (let index = 0; index < count; index++) yield `route add ${destination(index)} via ${gateway} dev ${device}`
}
