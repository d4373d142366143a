import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Namespace } from '../../support/netns.js'

/** RT_TABLE_MAIN, linux/rtnetlink.h */
export const MAIN = 254

/** The device that routes go by, and the router behind it. */
export const device = 'uplink'
export const gateway = '10.0.0.2'

/** The destination of a route by its place, from 0: addresses from 11.0.0.0 on. */
export const destination = (index: number) =>
  `${11 + (index >> 24)}.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`

/** Makes the device, its address and with that one route; it is up. */
export function addUplink(namespace: Namespace): void {
  namespace.ip('link', 'add', device, 'type', 'veth', 'peer', 'name', 'downlink')
  namespace.ip('link', 'set', 'downlink', 'up')
  namespace.ip('addr', 'add', '10.0.0.1/16', 'dev', device)
  namespace.ip('link', 'set', device, 'up')
}

/** Writes what `ip -batch` reads; returns the file's path. */
export function batchFile(folder: string, name: string, lines: Iterable<string>): string {
  const file = join(folder, name)
  writeFileSync(file, `${[...lines].join('\n')}\n`)
  return file
}

/** The lines of `ip -batch` that add so many routes. */
export function* routeLines(count: number): Generator<string> {
  for (let index = 0; index < count; index++) yield `route add ${destination(index)} via ${gateway} dev ${device}`
}
