import { AF, flagNames } from '../../codec/index.js'
import { NTF, NTF_EXT, NUD } from '../../route/index.js'
import { fdbOptions, fdbStates } from '../again/command/fdb-command.js'
import { mdbOptions } from '../again/command/mdb-command.js'
import { globalOptions, vlanOptions } from '../again/command/vlan-command.js'
import { MOST_RECEIVED, MOST_SENT } from './generic.js'
import { linkAddress } from './link-address.js'
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
  if (!isFdb && attrs.lladdr !== undefined) sketch.add(`at ${linkAddress(shortly(attrs.lladdr))}`, 'lladdr')
  if (isFdb) sketch.phrases(attrs, fdbOptions)
  sketch.dev('master', 'master')
  if (typeof value.state === 'number' && value.state !== 0) sketch.add(stateText(value.state, isFdb), 'state')
  if (typeof value.flags === 'number' && value.flags !== 0)
    sketch.add(flagNames(NTF, value.flags).join('|').toLowerCase(), 'flags')
  if (attrs.flagsExt) sketch.add(flagNames(NTF_EXT, Number(attrs.flagsExt)).join('|').toLowerCase(), 'flagsExt')
  sketch.shown('flagsExt')
  if (message.toKernel)
    sketch.rest(['dst', 'lladdr', 'master', 'ifindex', 'state', 'flags', 'type', 'probes'], MOST_SENT)
  return sketch.summary(verb, isFdb ? 'fdb' : 'neigh')
}

/** Returns the state of a neighbour, or of an entry of a forwarding database as `bridge` names it. */
function stateText(state: number, isFdb: boolean): string {
  if (isFdb && (state & NUD.PERMANENT) !== 0) return 'permanent'
  return (isFdb ? fdbStates.get(state) : undefined) ?? flagNames(NUD, state).join('|').toLowerCase()
}

/** Yields the entries of a multicast database: of a request one, of a dump many. */
function* mdbEntries({ attrs }: Sketch): Generator<Members> {
  if (isMembers(attrs.setEntry)) yield attrs.setEntry
  if (isMembers(attrs.getEntry)) yield attrs.getEntry
  const entries = isMembers(attrs.mdb) && Array.isArray(attrs.mdb.entry) ? attrs.mdb.entry : []
  for (const entry of entries)
    for (const info of isMembers(entry) && Array.isArray(entry.info) ? entry.info : []) yield info as Members
}

/** Summarizes entries of a bridge's multicast database: `new mdb br0 239.1.1.1 port veth0`. */
export function mdbSummary(sketch: Sketch, verb: string): Summary {
  const { value, message, attrs } = sketch
  if (value.ifindex) sketch.named(sketch.link(value.ifindex), 'ifindex')
  const entries = [...mdbEntries(sketch)]
  for (const { addr, ifindex, vid } of entries.slice(0, 3)) {
    const group = isMembers(addr) ? shortly(addr.u) : ''
    const parts = [group, ifindex ? `port ${sketch.link(ifindex)}` : '', vid ? `vid ${vid}` : '']
    sketch.add(parts.filter((part) => part !== '').join(' '), attrs.setEntry === undefined ? 'mdb' : 'setEntry')
  }
  if (entries.length > 3) sketch.add(`… ${entries.length - 3} more`)
  sketch.phrases(attrs.setEntryAttrs, mdbOptions, 'setEntryAttrs')
  sketch.phrases(attrs.getEntryAttrs, mdbOptions, 'getEntryAttrs')
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

const onlyOf = (list: unknown): unknown => (Array.isArray(list) && list.length === 1 ? list[0] : undefined)

/** Summarizes VLANs of a bridge or a port: `set vlan br0 global vlans 100 mcast_snooping 1`. */
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
  // The options of one VLAN, or of one range.
  sketch.phrases(onlyOf(attrs.entry), vlanOptions, 'entry')
  sketch.phrases(onlyOf(attrs.globalOptions), globalOptions, 'globalOptions')
  sketch.rest(['ifindex', 'entry', 'globalOptions'], message.toKernel ? MOST_SENT : MOST_RECEIVED)
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
