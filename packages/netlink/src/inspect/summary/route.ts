import { addressLabelSummary, addressSummary, multicastSummary } from './address.js'
import { MOST_RECEIVED, MOST_SENT } from './generic.js'
import { altnameSummary, linkSummary } from './link.js'
import { mdbSummary, neighbourSummary, tunnelSummary, vlanSummary } from './neighbour.js'
import { nexthopSummary, routeEntrySummary, ruleSummary } from './routes.js'
import type { Sketch } from './sketch.js'
import { actionSummary, tcSummary } from './tc.js'
import type { Summary } from './types.js'
import { getVerb, newVerb, splitVerb } from './verbs.js'

type Summarizer = (sketch: Sketch, verb: string) => Summary

/** Summaries by the object in the message's name: `RTM_NEWLINK` is `LINK`. */
const summarizers: Readonly<Record<string, Summarizer>> = {
  LINK: linkSummary,
  LINKPROP: altnameSummary,
  ADDR: addressSummary,
  MULTICAST: multicastSummary,
  ANYCAST: multicastSummary,
  ADDRLABEL: addressLabelSummary,
  ROUTE: routeEntrySummary,
  RULE: ruleSummary,
  NEXTHOP: nexthopSummary,
  NEXTHOPBUCKET: (sketch, verb) => named(sketch, verb, 'nexthop bucket'),
  NEIGH: neighbourSummary,
  NEIGHTBL: (sketch, verb) => named(sketch, verb, 'neigh table'),
  MDB: mdbSummary,
  VLAN: vlanSummary,
  TUNNEL: tunnelSummary,
  QDISC: (sketch, verb) => tcSummary(sketch, verb, 'qdisc'),
  TCLASS: (sketch, verb) => tcSummary(sketch, verb, 'class'),
  TFILTER: (sketch, verb) => tcSummary(sketch, verb, 'filter'),
  CHAIN: (sketch, verb) => tcSummary(sketch, verb, 'chain'),
  ACTION: actionSummary,
  NETCONF: netconfSummary,
  STATS: (sketch, verb) => named(sketch, verb, 'stats', 'ifindex'),
  NSID: (sketch, verb) => named(sketch, verb, 'nsid'),
  DCB: (sketch, verb) => named(sketch, verb, 'dcb'),
  NDUSEROPT: (sketch, verb) => named(sketch, verb, 'nd option', 'ifindex'),
  PREFIX: (sketch, verb) => named(sketch, verb, 'prefix', 'ifindex'),
}

/** Summarizes a message of rtnetlink. */
export function routeSummary(sketch: Sketch): Summary {
  const { type } = sketch.message
  const { verb: word, object } = splitVerb(sketch, type.replace('RTM_', ''))
  const verb = word === 'new' ? newVerb(sketch) : word === 'get' ? getVerb(sketch) : word
  const found = Object.hasOwn(summarizers, object) ? summarizers[object] : undefined
  return found ? found(sketch, verb) : named(sketch, verb, type.includes(':') ? type : object.toLowerCase())
}

/** Summarizes by the identifying attribute, or by the link in the header, and the other attributes. */
function named(sketch: Sketch, verb: string, kind: string, linkKey?: string): Summary {
  const index = linkKey && sketch.value[linkKey]
  if (typeof index === 'number' && index !== 0) sketch.named(sketch.link(index), linkKey)
  else sketch.identify()
  sketch.rest([], sketch.message.toKernel ? MOST_SENT : MOST_RECEIVED)
  return sketch.summary(verb, kind)
}

/** NETCONFA_IFINDEX_ALL and NETCONFA_IFINDEX_DEFAULT, linux/netconf.h: all links, and the defaults of new ones */
const NETCONF_NAMES: Readonly<Record<number, string>> = { [-1]: 'all', [-2]: 'default' }

function netconfSummary(sketch: Sketch, verb: string): Summary {
  const { attrs, message, value } = sketch
  const index = attrs.ifindex
  if (typeof index === 'number') sketch.named(NETCONF_NAMES[index | 0] ?? sketch.link(index), 'ifindex')
  if (value.family !== 0) sketch.add(familyWord(value.family))
  sketch.rest([], message.toKernel ? MOST_SENT : MOST_RECEIVED)
  return sketch.summary(verb, 'netconf')
}

const familyWord = (family: unknown) => (family === 2 ? 'inet' : family === 10 ? 'inet6' : `family ${family}`)
