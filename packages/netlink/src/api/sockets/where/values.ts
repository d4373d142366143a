import { readFileSync, statSync } from 'node:fs'
import { ArgumentError, show } from '../../../codec/error.js'
import { parseText } from '../../values/ip-text.js'
import type { HostCondition } from './expression.js'

/** Returns the port of a service by its name in /etc/services; undefined if it has none. */
function servicePort(name: string): number | undefined {
  let text: string
  try {
    text = readFileSync('/etc/services', 'latin1')
  } catch {
    return undefined
  }
  for (const line of text.split('\n')) {
    const [service, place = '', ...aliases] = (line.split('#')[0] ?? '').trim().split(/\s+/)
    const [, port] = /^(\d+)\/(?:tcp|udp|sctp)$/.exec(place) ?? []
    if (port !== undefined && (service === name || aliases.includes(name))) return Number(port)
  }
  return undefined
}

/** Returns a port: a number, or a name of /etc/services. @throws {TypeError} naming `key` */
export function portOf(key: string, value: unknown): number {
  const isNumber = typeof value === 'number' || /^(?:\d{1,5}|0x[0-9a-f]{1,4})$/i.test(String(value))
  const port = isNumber ? Number(value) : typeof value === 'string' ? servicePort(value) : undefined
  if (port !== undefined && Number.isInteger(port) && port >= 0 && port <= 0xffff) return port
  throw new ArgumentError(
    `expected ${key} to be a port from 0 to 65535, or a service of /etc/services, got ${show(value)}`,
  )
}

/** Separates the port from an address of ss: `10.0.0.0/8:22`, `[::1]:22`, `*:22`, `:22`. */
function separated(text: string): readonly [host: string, port: string | undefined] {
  const [, inside, afterwards] = /^\[([^\]]*)\](?::(.*))?$/.exec(text) ?? []
  if (inside !== undefined) return [inside, afterwards]
  if (text.startsWith('*')) return ['', text.slice(1).replace(/^:/, '') || undefined]
  // Several colons without brackets are an IPv6 address. ss would take the last part for a port.
  if (/:.*:/.test(text)) return [text, undefined]
  const colon = text.lastIndexOf(':')
  return colon === -1 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)]
}

/** Parses the operand of `src` or `dst`: a prefix, a port, or both. @throws {TypeError} naming `key` */
export function parseHost(type: HostCondition['type'], key: string, value: unknown): HostCondition {
  if (typeof value !== 'string' || value === '')
    throw new ArgumentError(`expected ${key} to be an address like 10.0.0.0/8 or [::1]:22, got ${show(value)}`)
  const [host, service] = separated(value)
  const port = service === undefined || service === '' || service === '*' ? undefined : portOf(key, service)
  if (host === '') return { type, port }
  const { address, length, family } = parseText(key, host)
  return { type, address, length: length ?? (family === 'inet6' ? 128 : 32), port }
}

/** Parses a mark and its mask: `0x10`, `0x10/0xff`. @throws {TypeError} naming `key` */
export function parseMark(key: string, value: unknown): { readonly mark: number; readonly mask: number } {
  const [, mark, mask = '0xffffffff'] =
    /^(\d+|0x[0-9a-f]+)(?:\/(\d+|0x[0-9a-f]+))?$/i.exec(
      typeof value === 'number' ? String(value) : (value as string),
    ) ?? []
  const numbers = { mark: Number(mark), mask: Number(mask) }
  if (mark !== undefined && numbers.mark <= 0xffffffff && numbers.mask <= 0xffffffff) return numbers
  throw new ArgumentError(`expected ${key} to be a mark like 0x10 or 0x10/0xff, got ${show(value)}`)
}

/** Folders in which cgroups of version 2 are mounted. */
const CGROUP_MOUNTS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'] as const

/** Returns the id of a cgroup: that of a folder, whose path may start at the mount. @throws {TypeError} naming `key` */
export function cgroupId(key: string, value: unknown): bigint {
  if (typeof value === 'bigint' && BigInt.asUintN(64, value) === value) return value
  if (typeof value === 'string' && value !== '' && !value.includes('\0'))
    for (const path of [value, ...CGROUP_MOUNTS.map((mount) => `${mount}/${value}`)]) {
      const found = statSync(path, { bigint: true, throwIfNoEntry: false })
      if (found?.isDirectory()) return found.ino
    }
  throw new ArgumentError(
    `expected ${key} to be an existing folder of a cgroup, like /sys/fs/cgroup/system.slice, or its id as a bigint, got ${show(value)}`,
  )
}
