import { AF, flagNames } from '../../codec/index.js'
import { NTF, NUD } from '../../route/index.js'
import { MOST_RECEIVED, MOST_SENT } from './generic.js'
import { isMembers, type Members, shortly } from './members.js'
import type { Sketch } from './sketch.js'
import type { Summary } from './types.js'

/** Summarizes a neighbour, or an entry of a forwarding database: `new neigh 10.0.0.7 dev eth0`. */
export function neighbourSummary(sketch: Sketch, verb: string): Summary {
  const { value, attrs, message } = sketch
  const isFdb = value.family === AF.BRIDGE
  const key = isFdb ? 'lladdr' : 'dst'
  if (attrs[key] !== undefined) sketch.named(shortly(attrs[key]), key)
  if (value.ifindex) sketch.add(`dev ${sketch.link(value.ifindex)}`, 'ifindex')
  if (!isFdb && attrs.lladdr !== undefined) sketch.add(`at ${shortly(attrs.lladdr)}`, 'lladdr')
  if (isFdb && attrs.dst !== undefined) sketch.add(`dst ${shortly(attrs.dst)}`, 'dst')
  sketch.attribute('vlan')
  sketch.attribute('vni')
  sketch.dev('master', 'master')
  if (typeof value.state === 'number' && value.state !== 0)
    sketch.add(flagNames(NUD, value.state).join('|').toLowerCase(), 'state')
  if (typeof value.flags === 'number' && value.flags !== 0)
    sketch.add(flagNames(NTF, value.flags).join('|').toLowerCase(), 'flags')
  if (message.toKernel)
    sketch.rest(['dst', 'lladdr', 'vlan', 'vni', 'master', 'ifindex', 'state', 'flags', 'type', 'probes'], MOST_SENT)
  return sketch.summary(verb, isFdb ? 'fdb' : 'neigh')
}

/** Yields the entries of a multicast database: of a request one, of a dump many. */
function* mdbEntries({ attrs }: Sketch): Generator<Members> {
  if (isMembers(attrs.setEntry)) yield attrs.setEntry
  if (isMembers(attrs.getEntry)) yield attrs.getEntry
  const entries = isMembers(attrs.mdb) && Array.isArray(attrs.mdb.entry) ? attrs.mdb.entry : []
  for (const entry of entries)
    for (const info of isMembers(entry) && Array.isArray(entry.info) ? entry.info : []) yield info as Members
}

/** Summarizes entries of a bridge's multicast database: `new mdb br0 239.1.1.1 dev veth0`. */
export function mdbSummary(sketch: Sketch, verb: string): Summary {
  const { value, message, attrs } = sketch
  if (value.ifindex) sketch.named(sketch.link(value.ifindex), 'ifindex')
  const entries = [...mdbEntries(sketch)]
  for (const { addr, ifindex, vid } of entries.slice(0, 3)) {
    const group = isMembers(addr) ? shortly(addr.u) : ''
    const parts = [group, ifindex ? `dev ${sketch.link(ifindex)}` : '', vid ? `vlan ${vid}` : '']
    sketch.add(parts.filter((part) => part !== '').join(' '), attrs.setEntry === undefined ? 'mdb' : 'setEntry')
  }
  if (entries.length > 3) sketch.add(`… ${entries.length - 3} more`)
  sketch.rest(['mdb', 'setEntry', 'getEntry', 'ifindex'], message.toKernel ? MOST_SENT : MOST_RECEIVED)
  return sketch.summary(verb, 'mdb')
}

/** Returns the VLANs of entries: `1,105-107`. */
const vlanText = (entries: readonly unknown[]) =>
  entries
    .map((entry) => {
      const { info, range } = entry as { info?: { vid?: number }; range?: number }
      return range === undefined ? `${info?.vid}` : `${info?.vid}-${range}`
    })
    .join(',')

/** Summarizes VLANs of a bridge or a port: `set vlan br0 vlans 100 mcastSnooping 1`. */
export function vlanSummary(sketch: Sketch, verb: string): Summary {
  const { value, attrs, message } = sketch
  if (value.ifindex) sketch.named(sketch.link(value.ifindex), 'ifindex')
  if (Array.isArray(attrs.entry)) sketch.add(`vlans ${vlanText(attrs.entry)}`, 'entry')
  if (Array.isArray(attrs.globalOptions)) {
    const ids = attrs.globalOptions.map(({ id, range }: { id?: number; range?: number }) =>
      range === undefined ? id : `${id}-${range}`,
    )
    sketch.add(`global vlans ${ids.join(',')}`, 'globalOptions')
  }
  const [only] = Array.isArray(attrs.entry) && attrs.entry.length === 1 ? attrs.entry : []
  sketch.rest(['ifindex', only === undefined ? 'entry' : '', 'entry'], message.toKernel ? MOST_SENT : MOST_RECEIVED)
  return sketch.summary(verb, 'vlan')
}

/** Summarizes VNIs of a VXLAN link: `new tunnel vx0 vni 100-110`. */
export function tunnelSummary(sketch: Sketch, verb: string): Summary {
  const { value, attrs } = sketch
  if (value.ifindex) sketch.named(sketch.link(value.ifindex), 'ifindex')
  const entries = Array.isArray(attrs.entry) ? attrs.entry : []
  for (const { start, end, group } of entries as { start?: number; end?: number; group?: string }[])
    sketch.add(
      `vni ${start}${end === undefined ? '' : `-${end}`}${group === undefined ? '' : ` group ${group}`}`,
      'entry',
    )
  return sketch.summary(verb, 'tunnel')
}
