import { nameOf } from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'
import { NFPROTO, SCTP_CONNTRACK, TCP_CONNTRACK } from '../../netfilter/index.js'
import { wordIn } from '../again/words.js'
import { MOST_RECEIVED, MOST_SENT } from './generic.js'
import { ipsetSummary } from './ipset.js'
import { isMembers, type Members } from './members.js'
import type { Sketch } from './sketch.js'
import type { Summary } from './types.js'
import { splitCommand, splitVerb } from './verbs.js'

const lowerName = (name: string) => name.replace(/^[A-Z0-9]+_/, '').toLowerCase()

/** nft's names of the families that the kernel calls otherwise. */
const nftFamilies: Readonly<Record<string, string>> = { ipv4: 'ip', ipv6: 'ip6' }

function familyName({ value }: Sketch): string {
  if (typeof value.family !== 'number' || value.family === 0) return ''
  const name = lowerName(nameOf(NFPROTO, value.family))
  return nftFamilies[name] ?? name
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

/** Names an object of nftables by family, table and its own name: `ip t1 in`. */
function nameNft(sketch: Sketch, object: string): void {
  const { attrs } = sketch
  const own =
    object === 'RULE' ? attrs.chain : object === 'SETELEM' || object === 'SETELEMRESET' ? attrs.set : attrs.name
  const parts = [attrs.table, own].map(textOf)
  if (parts.every((part) => part === '')) return
  sketch.named([familyName(sketch), ...parts].filter((part) => part !== '').join(' '), 'name')
}

/** Returns the names of a rule's expressions: `meta cmp counter`. */
function expressions({ attrs }: Sketch): string {
  const { elem } = isMembers(attrs.expressions) ? attrs.expressions : { elem: undefined }
  return Array.isArray(elem) ? elem.map((each: Members) => textOf(each.name)).join(' ') : ''
}

const nftKinds: Readonly<Record<string, string>> = { SETELEM: 'element', OBJ: 'object', GEN: 'generation' }

function nftSummary(sketch: Sketch): Summary {
  const { message, attrs } = sketch
  const { verb, object } = splitVerb(sketch, message.type.replace('NFT_MSG_', ''))
  const kind = nftKinds[object] ?? object.toLowerCase()
  nameNft(sketch, object)
  if (object === 'GEN') sketch.identify()
  const taken = ['table', 'chain', 'set', 'name', 'expressions', 'elements']
  if (object === 'RULE' && attrs.expressions !== undefined) sketch.add(expressions(sketch), 'expressions')
  if (Array.isArray(attrs.elements))
    sketch.add(`${attrs.elements.length} element${attrs.elements.length === 1 ? '' : 's'}`, 'elements')
  sketch.rest(taken, message.toKernel ? MOST_SENT : MOST_RECEIVED)
  return sketch.summary(verb, `nft ${kind}`)
}

/** Returns one direction of a connection: `tcp 192.0.2.1:1000 → 192.0.2.2:80`. */
function tupleText(tuple: unknown): string {
  const { ip, proto } = isMembers(tuple) ? tuple : ({} as Members)
  const { v4Src, v4Dst, v6Src, v6Dst } = isMembers(ip) ? ip : ({} as Members)
  const { num, srcPort, dstPort } = isMembers(proto) ? proto : ({} as Members)
  const end = (address: unknown, port: unknown) => {
    const host = address === undefined ? '*' : String(address)
    return port === undefined ? host : host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  }
  const protocol = typeof num === 'number' ? `${lowerName(nameOf(IPPROTO, num))} ` : ''
  return `${protocol}${end(v4Src ?? v6Src, srcPort)} → ${end(v4Dst ?? v6Dst, dstPort)}`
}

/** Attributes that have another form, that say little, or that only the kernel changes. */
const CONNTRACK = [
  ...['tupleOrig', 'tuple', 'tupleReply', 'mask', 'master', 'countersOrig', 'countersReply', 'timestamp', 'id', 'use'],
  ...['protoinfo', 'synproxy', 'timestampEvent'],
]

/** States of a connection, by the protocol. */
const states = [
  ['tcp', TCP_CONNTRACK],
  ['sctp', SCTP_CONNTRACK],
  ['dccp', undefined],
] as const

/** Adds the state of a connection: `ESTABLISHED`, as conntrack(8) prints it. */
function addState(sketch: Sketch): void {
  const { protoinfo, mark } = sketch.attrs
  if (mark === 0) sketch.shown('mark')
  for (const [protocol, names] of states) {
    const info = isMembers(protoinfo) ? protoinfo[protocol] : undefined
    if (isMembers(info) && typeof info.state === 'number')
      sketch.add(
        names === undefined ? `state ${info.state}` : String(wordIn(names, info.state)).toUpperCase(),
        `protoinfo.${protocol}.state`,
      )
  }
}

function conntrackSummary(sketch: Sketch): Summary {
  const { message, attrs, flags } = sketch
  const { toKernel, type } = message
  const isExpectation = type.includes('_EXP_')
  const split = splitCommand(sketch, type.replace(/^IPCTNL_MSG_(CT|EXP)_/, ''))
  // The kernel reports changes with the type of new connections; NLM_F_CREATE marks the new ones.
  const isChange = split.verb === 'new' && (flags & 0x400) === 0 && (flags & 2) === 0
  const tuple = attrs.tupleOrig ?? attrs.tuple
  if (tuple !== undefined) sketch.named(tupleText(tuple), attrs.tupleOrig === undefined ? 'tuple' : 'tupleOrig')
  else sketch.identify()
  addState(sketch)
  sketch.rest(CONNTRACK, toKernel ? MOST_SENT : MOST_RECEIVED)
  const own = isExpectation ? 'expectation' : 'conntrack'
  // `dying` and `unconfirmed` say which ones, `stats` what.
  const kind = /^(dying|unconfirmed)$/.test(split.object) ? `${split.object} ${own}` : `${own} ${split.object}`.trim()
  return sketch.summary(isChange ? 'set' : split.verb, kind)
}

/** Summarizes a message of nftables, conntrack, IP sets and the other parts of netfilter. */
export function netfilterSummary(sketch: Sketch): Summary {
  const { type, toKernel } = sketch.message
  if (type.startsWith('NFT_MSG_')) return nftSummary(sketch)
  if (/^IPCTNL_MSG_(CT|EXP)_/.test(type)) return conntrackSummary(sketch)
  if (type.startsWith('NFNL_MSG_BATCH_')) return sketch.summary(type.endsWith('BEGIN') ? 'begin' : 'end', 'nft batch')
  const [, subsystem = '', command = type] = /^(IPSET|IPCTNL|NFULNL|NFQNL|OSF|NFNL)_(?:MSG|CMD)_(.+)$/.exec(type) ?? []
  if (subsystem === 'IPSET') return ipsetSummary(sketch, command)
  const { verb, object } = splitCommand(sketch, command)
  sketch.identify()
  sketch.rest([], toKernel ? MOST_SENT : MOST_RECEIVED)
  const names: Readonly<Record<string, string>> = { NFULNL: 'nflog', NFQNL: 'nfqueue', OSF: 'osf' }
  return sketch.summary(verb, [names[subsystem] ?? '', type.includes(':') ? type : object].join(' ').trim())
}
