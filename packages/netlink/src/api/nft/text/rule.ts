import { show } from '../../../codec/index.js'
import { NF_NAT_RANGE, NFPROTO, NFT_REJECT } from '../../../netfilter/index.js'
import { formatInterval } from '../elements.js'
import { type DataType, dataTypes } from '../types/data-types.js'
import type { NftFamily } from '../types/names.js'
import { bitwise, byteorder, immediate, loadPayload, loadSource } from './load.js'
import { dynset, lookup, objref } from './lookup.js'
import { cmp, range } from './match.js'
import type { Attributes } from './resolve.js'
import { number, type ReadExpression, RuleState } from './state.js'
import { statefulText } from './stateful.js'
import {
  forwardText,
  logText,
  natText,
  portsText,
  queueText,
  rejectText,
  synproxyText,
  type Translation,
  tproxyText,
} from './statements.js'
import { formatValue, type KnownSets } from './values.js'
import { setPayload, setSource } from './write.js'

/** Leaves out the checks that nft adds for a rejection. */
function rejectImplies(rule: RuleState, { type }: Attributes): void {
  if (type === NFT_REJECT.ICMP_UNREACH && rule.context.network !== undefined) rule.implied({ network: 'ip' })
}

function translation(rule: RuleState, data: Attributes, type: DataType): Translation {
  const text = (register: unknown, of: DataType) => rule.registerText(register, of)
  const from = rule.get(data.regAddrMin)?.bytes
  const to = rule.get(data.regAddrMax)?.bytes
  if ((number(data.flags) & NF_NAT_RANGE.NETMAP) !== 0 && from && to)
    return { address: formatInterval(type, from, to, formatValue) }
  const isConcat = rule.get(data.regAddrMin)?.isMap === true
  return {
    address: text(data.regAddrMin, type),
    addressTo: text(data.regAddrMax, type),
    // A map may contain pairs of an address and a port.
    port: isConcat ? undefined : text(data.regProtoMin, dataTypes.service),
    portTo: isConcat ? undefined : text(data.regProtoMax, dataTypes.service),
  }
}

/** Returns the type of the addresses of a translation. */
const addressType = (number: unknown, family: NftFamily) =>
  number === NFPROTO.IPV6 || (number !== NFPROTO.IPV4 && family === 'ip6') ? dataTypes.ipv6 : dataTypes.ipv4

/** Appends an expression. Returns false for one that it cannot print. */
function known(rule: RuleState, name: string, data: Attributes): boolean {
  if (name !== 'cmp') rule.flush()
  switch (name) {
    case 'payload':
      return data.sreg === undefined ? loadPayload(rule, data) : setPayload(rule, data)
    case 'meta':
    case 'ct':
    case 'exthdr':
    case 'fib':
    case 'socket':
    case 'osf':
    case 'rt':
    case 'numgen':
    case 'hash':
      return data.sreg === undefined || name === 'hash' ? loadSource(rule, name, data) : setSource(rule, name, data)
    case 'immediate':
      return immediate(rule, data)
    case 'bitwise':
      return bitwise(rule, data)
    case 'byteorder':
      return byteorder(rule, data)
    case 'cmp':
      return cmp(rule, data)
    case 'range':
      return range(rule, data)
    case 'lookup':
      return lookup(rule, data)
    case 'dynset':
      return dynset(rule, data)
    default:
      return statement(rule, name, data)
  }
}

function statement(rule: RuleState, name: string, data: Attributes): boolean {
  switch (name) {
    case 'counter':
    case 'limit':
    case 'quota':
    case 'connlimit':
    case 'last':
      rule.say(statefulText(name, data))
      return true
    case 'log':
      rule.say(logText(data))
      return true
    case 'reject':
      rejectImplies(rule, data)
      rule.say(rejectText(data, rule.family, rule.context))
      return true
    case 'queue':
      if (data.sregQnum !== undefined) return false
      rule.say(queueText(data))
      return true
    case 'notrack':
      rule.say('notrack')
      return true
    case 'flow_offload':
      rule.say(`flow add @${data.tableName}`)
      return true
    case 'synproxy':
      rule.say(synproxyText(data))
      return true
    case 'objref':
      return objref(rule, data)
    case 'nat':
      rule.say(natText(data, rule.family, translation(rule, data, addressType(data.family, rule.family))))
      return true
    case 'masq':
    case 'redir':
      rule.say(portsText(name === 'masq' ? 'masquerade' : 'redirect', data, translation(rule, data, dataTypes.ipv4)))
      return true
    case 'dup':
    case 'fwd': {
      const type = data.nfproto === NFPROTO.IPV6 || rule.family === 'ip6' ? dataTypes.ipv6 : dataTypes.ipv4
      const address = rule.registerText(data.sregAddr, type)
      rule.say(forwardText(name, data, { address, device: rule.registerText(data.sregDev, dataTypes.ifindex) }))
      return true
    }
    case 'tproxy': {
      const registers = { regAddrMin: data.regAddr, regProtoMin: data.regPort }
      rule.say(tproxyText(data, rule.family, translation(rule, registers, addressType(data.family, rule.family))))
      return true
    }
    default:
      return false
  }
}

/** Appends an expression, or what it consists of if nft's text of it is unknown. */
function append(rule: RuleState, { name = '?', data = {} }: ReadExpression): void {
  const before = rule.parts.length
  if (known(rule, name, data as Attributes)) return
  rule.flush()
  rule.parts.splice(before)
  // The register has no known content, instead of what was loaded before.
  rule.forget((data as Attributes).dreg)
  rule.say(`[${name} ${show(data)}]`)
}

/** Returns nft's text of a rule. */
export function ruleText(family: NftFamily, expressions: readonly ReadExpression[], sets: KnownSets): string {
  const rule = new RuleState(family, sets)
  for (const each of expressions) append(rule, each)
  rule.flush()
  return rule.parts.map(({ text }) => text).join(' ')
}
