import { AF, nameOf } from '../../codec/index.js'
import {
  FIB_RULE,
  FR_ACT,
  LWTUNNEL_ENCAP,
  RT_SCOPE,
  RT_TABLE,
  RTM_F,
  RTN,
  RTNH_F,
  RTNL_FAMILY,
  RTPROT,
} from '../../route/index.js'
import { encapWords } from '../again/command/encap.js'
import { groupOptions, resilientOptions } from '../again/command/nexthop-command.js'
import { lookupOptions } from '../again/command/route-reading.js'
import { flagWords, routeOptions } from '../again/command/route-words.js'
import { ruleMatches } from '../again/command/rule-command.js'
import { Members as Unread } from '../again/members.js'
import { wordIn } from '../again/words.js'
import { scopeWord } from './address.js'
import { MOST_SENT } from './generic.js'
import { isMembers, type Members, shortly } from './members.js'
import type { Sketch } from './sketch.js'
import type { Summary } from './types.js'

const lower = (name: string, prefix: string) => name.slice(prefix.length + 1).toLowerCase()

/** Returns a destination: a prefix, the labels of MPLS, or undefined. */
function destination(dst: unknown, length: unknown): string | undefined {
  if (typeof dst === 'string') return length === 0 ? undefined : `${dst}/${length}`
  if (Array.isArray(dst)) return labels(dst)
  return undefined
}

const labels = (stack: readonly unknown[]) => stack.map((each) => (isMembers(each) ? each.label : each)).join('/')

const viaText = (via: unknown) => (isMembers(via) ? shortly(via.addr) : shortly(via))

// Tables and protocols that need no mention. `ip` adds routes with RTPROT_BOOT.
const MAIN_TABLE = RT_TABLE.MAIN
const UNSPECIFIED = 0
const BOOT = RTPROT.BOOT

/** Adds the next hop of a route or of a part of it. */
function addHop(sketch: Sketch, attrs: Members): void {
  if (attrs.gateway !== undefined) sketch.add(`via ${shortly(attrs.gateway)}`, 'gateway')
  if (attrs.via !== undefined) sketch.add(`via ${viaText(attrs.via)}`, 'via')
  if (Array.isArray(attrs.newdst)) sketch.add(`as ${labels(attrs.newdst)}`, 'newdst')
  if (typeof attrs.encapType === 'number') addEncap(sketch, attrs, attrs.encapType)
  if (typeof attrs.oif === 'number') sketch.add(`dev ${sketch.link(attrs.oif)}`, 'oif')
}

function addEncap(sketch: Sketch, attrs: Members, type: number): void {
  const found = encapWords(new Unread(attrs), sketch.said)
  if (found === undefined) sketch.add(`encap ${lower(nameOf(LWTUNNEL_ENCAP, type), 'LWTUNNEL_ENCAP')}`, 'encapType')
  else {
    sketch.words(found.words, 'encap')
    sketch.shown('encap')
  }
}

/** Adds the flags of a route or next hop: `onlink`. */
function addFlags(sketch: Sketch): void {
  const words = flagWords(Number(sketch.value.flags ?? 0))
  if (words === undefined) return
  sketch.words(words, 'flags')
  sketch.shown('flags')
}

/** Flags that the kernel reports, in the words of `ip`. */
const states = [
  [RTNH_F.DEAD, 'dead'],
  [RTNH_F.LINKDOWN, 'linkdown'],
  [RTNH_F.PERVASIVE, 'pervasive'],
  [RTNH_F.ONLINK, 'onlink'],
  [RTNH_F.OFFLOAD, 'offload'],
  [RTNH_F.TRAP, 'trap'],
  [RTNH_F.UNRESOLVED, 'unresolved'],
] as const

/** Adds the flags of a route or next hop that the kernel reports: `dead linkdown`. */
function addState(sketch: Sketch): void {
  const text = stateText(sketch.value.flags)
  if (text !== '') sketch.add(text, 'flags')
}

const stateText = (flags: unknown) =>
  states.flatMap(([bit, word]) => ((Number(flags ?? 0) & bit) !== 0 ? word : [])).join(' ')

function hopText(sketch: Sketch, hop: unknown): string {
  const {
    attrs = {},
    ifindex,
    hops,
    flags,
  } = hop as {
    attrs?: Members
    ifindex?: number
    hops?: number
    flags?: number
  }
  const parts: string[] = []
  if (attrs.gateway !== undefined) parts.push(`via ${shortly(attrs.gateway)}`)
  if (attrs.via !== undefined) parts.push(`via ${viaText(attrs.via)}`)
  if (Array.isArray(attrs.newdst)) parts.push(`as ${labels(attrs.newdst)}`)
  if (ifindex) parts.push(`dev ${sketch.link(ifindex)}`)
  if (hops) parts.push(`weight ${hops + 1}`)
  const state = stateText(flags)
  if (state !== '') parts.push(state)
  return parts.join(' ')
}

function addTable(sketch: Sketch): void {
  const { attrs, value, names } = sketch
  const table = Number(attrs.table ?? value.table)
  if (table !== MAIN_TABLE && table !== UNSPECIFIED) sketch.add(`table ${names.table(table) ?? table}`, 'table')
}

function addProtocol(sketch: Sketch): void {
  const { protocol } = sketch.value
  if (typeof protocol !== 'number' || protocol === UNSPECIFIED || protocol === BOOT) return
  sketch.add(`proto ${sketch.names.protocol(protocol) ?? protocol}`, 'protocol')
}

/** Summarizes a route: `new route 10.0.0.0/8 via 192.0.2.1 dev eth0`. */
export function routeEntrySummary(sketch: Sketch, verb: string): Summary {
  const { value, attrs, message } = sketch
  const { family } = value
  const isLookup = verb === 'get'
  const dst = destination(attrs.dst, value.dstLen)
  if (dst !== undefined) sketch.named(isLookup && message.toKernel ? shortly(attrs.dst) : dst, 'dst')
  else if (verb !== 'dump') sketch.named(family === AF.INET6 ? 'default (inet6)' : 'default')
  if (typeof value.type === 'number' && value.type > RTN.UNICAST)
    sketch.add(lower(nameOf(RTN, value.type), 'RTN'), 'type')
  const from = isLookup && message.toKernel ? attrs.src : destination(attrs.src, value.srcLen)
  if (from !== undefined && attrs.src !== '::') sketch.add(`from ${from}`, 'src')
  addHop(sketch, attrs)
  if (attrs.nhId !== undefined) sketch.add(`nexthop ${attrs.nhId}`, 'nhId')
  if (Array.isArray(attrs.multipath))
    sketch.add(attrs.multipath.map((hop) => hopText(sketch, hop)).join(' | '), 'multipath')
  addTable(sketch)
  addProtocol(sketch)
  // `ip route delete` names no scope.
  const scope = isLookup || (verb === 'delete' && value.scope === RT_SCOPE.NOWHERE) ? undefined : scopeWord(value.scope)
  if (scope !== undefined) sketch.add(`scope ${scope}`, 'scope')
  if (attrs.prefsrc !== undefined) sketch.add(`src ${shortly(attrs.prefsrc)}`, 'prefsrc')
  if (attrs.priority !== undefined) sketch.add(`metric ${attrs.priority}`, 'priority')
  if (value.tos) sketch.add(`tos 0x${Number(value.tos).toString(16)}`, 'tos')
  dumpedFamily(sketch, verb)
  if (message.toKernel) {
    if (isLookup) addLookup(sketch)
    else addFlags(sketch)
    sketch.phrases(attrs, routeOptions)
    sketch.rest(SHOWN, MOST_SENT)
  } else addState(sketch)
  return sketch.summary(verb, 'route')
}

/** Adds the parts of a lookup apart from the destination. */
function addLookup(sketch: Sketch): void {
  const { oif: _, ...options } = lookupOptions
  sketch.phrases(sketch.attrs, options)
  if (Number(sketch.value.flags) & RTM_F.FIB_MATCH) sketch.add('fibmatch', 'flags')
  sketch.shown('flags')
}

const SHOWN = [
  ...['dst', 'src', 'gateway', 'via', 'newdst', 'encapType', 'oif', 'nhId', 'multipath', 'table', 'prefsrc'],
  'priority',
  ...['dstLen', 'srcLen', 'type', 'scope', 'tos', 'id'],
]

/** Families of multicast routes, in the words of `ip mroute`. */
const RTNL_FAMILIES: Readonly<Record<number, string>> = {
  [RTNL_FAMILY.IPMR]: 'multicast inet',
  [RTNL_FAMILY.IP6MR]: 'multicast inet6',
}

/** Adds the family to a dump, which otherwise shows nothing. */
export function dumpedFamily(sketch: Sketch, verb: string): void {
  const { family } = sketch.value
  if (verb !== 'dump' || typeof family !== 'number' || family === 0) return
  const multicast = RTNL_FAMILIES[family]
  const word = multicast ?? wordIn(AF, family)
  sketch.add(typeof word === 'number' ? `family ${word}` : word, 'family')
}

/** Summarizes a rule: `new rule 32000 from 10.64.0.0/10 lookup 32`. */
export function ruleSummary(sketch: Sketch, verb: string): Summary {
  const { value, attrs, message } = sketch
  if (attrs.priority !== undefined) sketch.named(String(attrs.priority), 'priority')
  else if (!message.toKernel) sketch.named('0')
  if (Number(value.flags) & FIB_RULE.INVERT) {
    sketch.add('not', 'flags')
    sketch.shown('flags')
  }
  if (value.family === AF.INET6 && attrs.src === undefined && attrs.dst === undefined && verb !== 'dump')
    sketch.add('inet6', 'family')
  const [from, to] = [destination(attrs.src, value.srcLen), destination(attrs.dst, value.dstLen)]
  if (from !== undefined) sketch.add(`from ${from}`, 'src')
  if (to !== undefined) sketch.add(`to ${to}`, 'dst')
  const { priority: _, ...matches } = ruleMatches
  sketch.phrases(attrs, matches)
  if (value.tos) sketch.add(`tos 0x${Number(value.tos).toString(16)}`, 'tos')
  const { action } = value
  // A rule with `l3mdev` takes the table from the device.
  if (action === FR_ACT.TO_TBL && attrs.l3mdev !== 1) {
    const table = Number(attrs.table ?? value.table)
    sketch.add(`lookup ${sketch.names.table(table) ?? table}`, 'table')
  } else if (typeof action === 'number' && action !== 0 && action !== FR_ACT.TO_TBL && action !== FR_ACT.GOTO)
    sketch.add(String(wordIn(FR_ACT, action)), 'action')
  dumpedFamily(sketch, verb)
  sketch.rest(['priority', 'src', 'dst', 'srcLen', 'dstLen', 'table', 'action', 'tos'], MOST_SENT)
  return sketch.summary(verb, 'rule')
}

/** Summarizes a next hop: `new nexthop 7 via 192.0.2.2 dev eth0`. */
export function nexthopSummary(sketch: Sketch, verb: string): Summary {
  const { attrs, message } = sketch
  if (attrs.id !== undefined) sketch.named(String(attrs.id), 'id')
  addHop(sketch, attrs)
  if (Array.isArray(attrs.group))
    sketch.add(
      `group ${attrs.group.map((each: { id?: number; weight?: number }) => (each.weight ? `${each.id},${each.weight + 1}` : each.id)).join('/')}`,
      'group',
    )
  if (attrs.blackhole === true) sketch.add('blackhole', 'blackhole')
  addProtocol(sketch)
  dumpedFamily(sketch, verb)
  if (message.toKernel) addFlags(sketch)
  else {
    if (attrs.fdb === true) sketch.add('fdb', 'fdb')
    addState(sketch)
  }
  sketch.phrases(attrs, groupOptions)
  sketch.phrases(attrs.resGroup, resilientOptions, 'resGroup')
  if (message.toKernel)
    sketch.rest(['opFlags', 'id', 'gateway', 'via', 'encapType', 'oif', 'group', 'blackhole'], MOST_SENT)
  return sketch.summary(verb, 'nexthop')
}
