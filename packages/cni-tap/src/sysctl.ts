import { readFileSync, writeFileSync } from 'node:fs'

/**
 * `/proc/sys` shows the network namespace of the calling thread: to be used inside `withNetns()` only. A path rather
 * than the dotted name, since interface names may hold dots.
 */
const pathOf = (family: 'ipv4' | 'ipv6', ifname: string, name: string) =>
  `/proc/sys/net/${family}/conf/${ifname}/${name}`

export function readSysctl(family: 'ipv4' | 'ipv6', ifname: string, name: string): string {
  return readFileSync(pathOf(family, ifname, name), 'latin1').trim()
}

export function writeSysctl(family: 'ipv4' | 'ipv6', ifname: string, name: string, value: string): void {
  writeFileSync(pathOf(family, ifname, name), value, { flag: 'w' })
}
