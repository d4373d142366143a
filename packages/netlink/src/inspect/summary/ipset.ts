import { nameOf } from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'
import { MOST_RECEIVED, MOST_SENT } from './generic.js'
import { isMembers, type Members } from './members.js'
import type { Sketch } from './sketch.js'
import type { Summary } from './types.js'

/** Commands with another verb than their name, as ipset(8) has them. */
const verbs: Readonly<Record<string, readonly [verb: string, kind: string]>> = {
  CREATE: ['new', 'ipset'],
  DESTROY: ['delete', 'ipset'],
  FLUSH: ['flush', 'ipset'],
  LIST: ['dump', 'ipset'],
  SAVE: ['dump', 'ipset'],
  ADD: ['new', 'ipset entry'],
  DEL: ['delete', 'ipset entry'],
  TEST: ['test', 'ipset entry'],
  RENAME: ['rename', 'ipset'],
  SWAP: ['swap', 'ipset'],
}

/** Returns an address of an entry: `192.0.2.1`. */
const address = (ip: unknown): string | undefined => {
  const { ipv4, ipv6 } = isMembers(ip) ? ip : ({} as Members)
  return typeof (ipv4 ?? ipv6) === 'string' ? String(ipv4 ?? ipv6) : undefined
}

/** Returns an entry as ipset(8) prints it: `192.0.2.1,tcp:80`, `2001:db8::/32`, `1000-1010`. */
function entryText({ ip, ipTo, cidr, port, portTo, proto, name, ip2, iface, ether }: Members): string {
  const host = address(ip)
  const end = address(ipTo)
  const range = (first: unknown, last: unknown) => (last === undefined ? String(first) : `${first}-${last}`)
  const protocol = typeof proto === 'number' ? `${nameOf(IPPROTO, proto).slice('IPPROTO_'.length).toLowerCase()}:` : ''
  return [
    host === undefined ? undefined : cidr === undefined ? range(host, end) : `${host}/${String(cidr)}`,
    port === undefined ? undefined : `${protocol}${range(port, portTo)}`,
    ...[address(ip2), iface, ether, name].map((part) => (typeof part === 'string' ? part : undefined)),
  ]
    .filter((part) => part !== undefined)
    .join(',')
}

const IN_ENTRY = [
  'ip',
  'ipTo',
  'cidr',
  'port',
  'portTo',
  'proto',
  'name',
  'ip2',
  'iface',
  'ether',
  'cadtLineno',
  'lineno',
]

/** Summarizes a message of IP sets: `new ipset entry h 192.0.2.1,tcp:80`. */
export function ipsetSummary(sketch: Sketch, command: string): Summary {
  const { attrs, message } = sketch
  const [verb, kind] = verbs[command] ?? ['', `ipset ${command.toLowerCase()}`]
  if (typeof attrs.setname === 'string') sketch.named(attrs.setname, 'setname')
  const isEntry = kind === 'ipset entry'
  if (isEntry && isMembers(attrs.data)) {
    sketch.add(entryText(attrs.data), 'data')
    for (const key of IN_ENTRY) sketch.shown(`data.${key}`)
  }
  // The names of two sets are in the attributes of a name and of a type.
  if (verb === 'rename' || verb === 'swap')
    sketch.add(`${verb === 'rename' ? 'to' : 'with'} ${String(attrs.typename)}`, 'typename')
  else sketch.attribute('typename', '')
  sketch.rest(
    ['typename', 'setname', 'revision', 'protocolMin', 'lineno'],
    message.toKernel ? MOST_SENT : MOST_RECEIVED,
  )
  return sketch.summary(verb, kind)
}
