import { ArgumentError } from '../../../codec/error.js'
import { show } from '../../../codec/index.js'
import {
  NF,
  NF_LOG,
  NF_NAT_RANGE,
  NFT,
  NFT_CONNLIMIT_F,
  NFT_DYNSET_OP,
  NFT_LIMIT,
  NFT_LIMIT_F,
  NFT_NAT,
  NFT_OBJECT,
  NFT_QUEUE_FLAG,
  NFT_QUOTA_F,
} from '../../../netfilter/index.js'
import { BOOLEAN, checkOptions, checkValue, integers, shortText, U16, U32 } from '../../values/accepted.js'
import { checkKeys } from '../../values/objects.js'
import { dataTypes } from '../types/data-types.js'
import { parseBytes, parseDuration, parseRate } from '../types/units.js'
import { icmp6Codes, icmpCodes, icmpxCodes, logLevels, numberOfWord } from '../types/words.js'
import { NAME, nameOfSet } from './lookup.js'
import { inputOf, isSelector, Mapped, type Selector } from './selector.js'
import type { Input, StatefulStatement, Statement, Target, VerdictStatement } from './statement.js'
import type { NftValue } from './value.js'

const verdict = (code: number, chain?: string): VerdictStatement => {
  if (chain !== undefined) checkValue('chain', chain, NAME)
  return { is: 'verdict', code, chain }
}

/** Accepts the packet. */
export const accept = (): VerdictStatement => verdict(NF.ACCEPT)
/** Drops the packet. */
export const drop = (): VerdictStatement => verdict(NF.DROP)
/** Continues with the next rule. */
export const continue_ = (): VerdictStatement => verdict(NFT.CONTINUE)
/** Continues behind the rule that jumped to this chain, or with the policy. */
export const return_ = (): VerdictStatement => verdict(NFT.RETURN)
/** Continues with another chain, and then behind this rule. */
export const jump = (chain: string): VerdictStatement => verdict(NFT.JUMP, requireName(chain))
/** Continues with another chain, and then where this chain was entered from. */
export const goto = (chain: string): VerdictStatement => verdict(NFT.GOTO, requireName(chain))

function requireName(chain: unknown): string {
  checkValue('chain', chain, NAME)
  return chain as string
}

const stateful = (name: StatefulStatement['name'], data: object): StatefulStatement => ({ is: 'stateful', name, data })
const object = (type: number, name: string): Statement => {
  checkValue('name', name, NAME)
  return { is: 'object', type, name }
}

/** Counts packets and bytes; with a name, in the counter object of that name. */
export function counter(): StatefulStatement
export function counter(name: string): Statement
export function counter(name?: string): Statement {
  return name === undefined ? stateful('counter', { bytes: 0n, packets: 0n }) : object(NFT_OBJECT.COUNTER, name)
}

/** Options of {@link limit}. */
export interface LimitOptions {
  /** Packets, or bytes for a rate of bytes (`'5 mbytes'`), that may exceed the rate at once. Default: 5 packets, or no bytes. */
  readonly burst?: number | string
  /** True to match packets that exceed the rate. */
  readonly over?: boolean
}

/** Returns the attributes of a limit. @throws {TypeError} */
export function limitData(rate: string, options: LimitOptions = {}) {
  checkKeys('options', options, { burst: 1, over: BOOLEAN })
  const { number, unit, isBytes } = parseRate('limit', rate)
  const { burst = isBytes ? 0 : 5, over } = options
  const most = isBytes ? parseBytes('burst', burst) : burst
  checkValue('burst', Number(most), U32)
  return {
    ...{ rate: number, unit, burst: Number(most) },
    ...{ type: isBytes ? NFT_LIMIT.PKT_BYTES : NFT_LIMIT.PKTS, flags: over ? NFT_LIMIT_F.INV : 0 },
  }
}

/** Matches packets within a rate: `limit('10/second')`, `limit('1 mbytes/second', { over: true })`. `{ name }`: a limit object. */
export function limit(rate: string, options?: LimitOptions): StatefulStatement
export function limit(object: { readonly name: string }): Statement
export function limit(rate: string | { readonly name: string }, options?: LimitOptions): Statement {
  if (typeof rate !== 'object' || rate === null) return stateful('limit', limitData(rate, options))
  checkKeys('limit', rate, { name: NAME })
  return object(NFT_OBJECT.LIMIT, rate.name)
}

/** Returns the attributes of a quota. @throws {TypeError} */
export function quotaData(bytes: number | bigint | string, options: { readonly over?: boolean } = {}) {
  checkKeys('options', options, { over: BOOLEAN })
  return { bytes: parseBytes('quota', bytes), flags: options.over ? NFT_QUOTA_F.INV : 0, consumed: 0n }
}

/** Matches until this number of bytes was counted, or with `over` from then on: `quota('100 mbytes')`. `{ name }`: a quota object. */
export function quota(bytes: number | bigint | string, options?: { readonly over?: boolean }): StatefulStatement
export function quota(object: { readonly name: string }): Statement
export function quota(
  bytes: number | bigint | string | { readonly name: string },
  options?: { readonly over?: boolean },
): Statement {
  if (typeof bytes !== 'object') return stateful('quota', quotaData(bytes, options))
  checkKeys('quota', bytes, { name: NAME })
  return object(NFT_OBJECT.QUOTA, bytes.name)
}

/** Matches up to this number of connections, or with `over` more than that. */
export function connlimit(count: number, options: { readonly over?: boolean } = {}): StatefulStatement {
  checkValue('count', count, U32)
  checkKeys('options', options, { over: BOOLEAN })
  return stateful('connlimit', { count, flags: options.over ? NFT_CONNLIMIT_F.INV : 0 })
}

/** Options of {@link log}. */
export interface LogOptions {
  readonly prefix?: string
  readonly level?: keyof typeof logLevels
  /** Sends packets to this group of nflog, instead of the kernel's log. */
  readonly group?: number
  /** Bytes of the packet to send to nflog. */
  readonly snaplen?: number
  /** Packets to collect before they are sent to nflog. */
  readonly queueThreshold?: number
  /** Parts of the packet to log. `all`: all of them. */
  readonly flags?: readonly ('tcp sequence' | 'tcp options' | 'ip options' | 'skuid' | 'ether' | 'all')[]
}

/** Bits of the flags of `log`. */
export const logFlags = {
  ...{ 'tcp sequence': NF_LOG.TCPSEQ, 'tcp options': NF_LOG.TCPOPT, 'ip options': NF_LOG.IPOPT },
  ...{ skuid: NF_LOG.UID, ether: NF_LOG.MACDECODE, all: NF_LOG.MASK },
} as const

/** Logs the packet: `log({ prefix: 'dropped: ' })`, `log({ group: 2 })`. */
export function log(options: LogOptions = {}): Statement {
  checkKeys('log', options, {
    ...{ prefix: shortText(127), level: 1, group: U16, snaplen: U32, queueThreshold: U16, flags: 1 },
  })
  const { prefix, level, group, snaplen, queueThreshold, flags } = options
  if (group !== undefined && (level ?? flags) !== undefined)
    throw new ArgumentError('expected log to have either group, or level and flags, got both')
  const bits = flags?.reduce((sum, flag) => sum | numberOfWord('flags of log', logFlags, flag), 0)
  const data = {
    ...(prefix !== undefined && { prefix }),
    ...(level !== undefined && { level: numberOfWord('level of log', logLevels, level) }),
    ...(group !== undefined && { group, snaplen: snaplen ?? 0, qthreshold: queueThreshold ?? 0 }),
    ...(bits !== undefined && { flags: bits }),
  }
  return { is: 'plain', name: 'log', data }
}

const codes = { icmp: icmpCodes, icmpv6: icmp6Codes, icmpx: icmpxCodes } as const

/** A reply to a rejected packet: `'tcp reset'`, or a code of ICMP (`'icmp host-unreachable'`); `icmpx` for both IP families. */
export type Rejection = 'tcp reset' | `${keyof typeof codes} ${string}`

/** Rejects the packet. By default with `port-unreachable`. */
export function reject(reply?: Rejection): Statement {
  if (reply === undefined) return { is: 'reject', reply: 'default', code: 0 }
  if (reply === 'tcp reset') return { is: 'reject', reply, code: 0 }
  const [kind = '', code] = typeof reply === 'string' ? reply.split(' ') : []
  if (!Object.hasOwn(codes, kind))
    throw new ArgumentError(
      `expected reject to be 'tcp reset', or icmp, icmpv6 or icmpx with a code, got ${show(reply)}`,
    )
  const known = kind as keyof typeof codes
  return { is: 'reject', reply: known, code: numberOfWord(`the code of reject`, codes[known], code) }
}

/** Flags of `snat`, `dnat`, `masquerade` and `redirect`. */
export type NatFlag = 'random' | 'fully-random' | 'persistent'
/** Bits of the flags of nat. */
export const natFlags = {
  random: NF_NAT_RANGE.PROTO_RANDOM,
  'fully-random': NF_NAT_RANGE.PROTO_RANDOM_FULLY,
  persistent: NF_NAT_RANGE.PERSISTENT,
} as const

const natBits = (flags: readonly NatFlag[] = []) =>
  flags.reduce((sum, flag) => sum | numberOfWord('flags of nat', natFlags, flag), 0)

const range = (key: string, text: string, type: typeof dataTypes.ipv4 | typeof dataTypes.service) => {
  const [first, last] = text.split('-') as [string, string?]
  return [inputOf(key, [type], first), last === undefined ? undefined : inputOf(key, [type], last)] as const
}

/** Splits `10.0.0.1-10.0.0.9:80-90`, `[2001:db8::1]:80`, `:8080`. @throws {TypeError} */
function parseTarget(key: string, text: string): Target {
  const [, inBrackets, plain, ports] =
    /^(?:\[([^\]]+)\]|([^[\]]*?))(?::(\d+(?:-\d+)?))?$/.exec(
      text.split(':').length > 2 && !text.startsWith('[') ? `[${text}]` : text,
    ) ?? []
  const address = inBrackets ?? plain
  if (address === undefined || (address === '' && ports === undefined))
    throw new ArgumentError(`expected ${key} to be an address, a port like ':80', or both, got ${show(text)}`)
  const isV6 = address.includes(':')
  const type = isV6 ? dataTypes.ipv6 : dataTypes.ipv4
  const [from, to] = address === '' ? [] : range(key, address, type as typeof dataTypes.ipv4)
  const [port, portTo] = ports === undefined ? [] : range(key, ports, dataTypes.service)
  return { family: address === '' ? undefined : isV6 ? 'ip6' : 'ip', address: from, addressTo: to, port, portTo }
}

/** Target of a translation: `'10.0.0.1:8080'`, `'10.0.0.1-10.0.0.9'`, `'[2001:db8::1]:80'`, `':8080'`, or a map. */
export type NatTarget = string | Mapped

/** Options of {@link dnat} and {@link snat}. */
export interface NatOptions {
  readonly flags?: readonly NatFlag[]
  /** Needed for a map of IPv6 addresses. Default: that of the address; `ip` for a map. */
  readonly family?: 'ip' | 'ip6'
  /** True if the map contains pairs of an address and a port. */
  readonly withPort?: boolean
}

function nat(type: number, to: NatTarget, options: NatOptions): Statement {
  checkKeys('options', options, { flags: 1, family: 1, withPort: BOOLEAN })
  const { family = 'ip', withPort } = options
  const key = type === NFT_NAT.DNAT ? 'dnat' : 'snat'
  const flags = natBits(options.flags)
  if (!(to instanceof Mapped)) {
    const target = parseTarget(key, String(to))
    if (target.address === undefined && target.port === undefined)
      throw new ArgumentError(`expected ${key} to have a target`)
    return { is: 'nat', type, flags, to: target }
  }
  const address = family === 'ip' ? dataTypes.ipv4 : dataTypes.ipv6
  const input: Input = inputOf(key, withPort ? [address, dataTypes.service] : [address], to)
  return { is: 'nat', type, flags, to: { family, address: input } }
}

/** Translates the destination: `dnat('10.0.0.1:8080')`. */
export const dnat = (to: NatTarget, options: NatOptions = {}): Statement => nat(NFT_NAT.DNAT, to, options)
/** Translates the source: `snat('203.0.113.1')`. */
export const snat = (to: NatTarget, options: NatOptions = {}): Statement => nat(NFT_NAT.SNAT, to, options)

function portsOf(key: string, to: string | undefined): Target {
  if (to === undefined) return {}
  const target = parseTarget(key, String(to))
  if (target.address !== undefined)
    throw new ArgumentError(`expected ${key} to have a port like ':80', got ${show(to)}`)
  return target
}

/** Translates the source to the address of the outgoing link: `masquerade()`, `masquerade(':1000-2000', ['random'])`. */
export const masquerade = (to?: `:${string}`, flags?: readonly NatFlag[]): Statement => ({
  is: 'masquerade',
  flags: natBits(flags),
  to: portsOf('masquerade', to),
})

/** Translates the destination to this machine: `redirect(':8080')`. */
export const redirect = (to?: `:${string}`, flags?: readonly NatFlag[]): Statement => ({
  is: 'redirect',
  flags: natBits(flags),
  to: portsOf('redirect', to),
})

/** Gives the packet to a socket of this machine: `tproxy(':8080')`, `tproxy('127.0.0.1:8080')`. */
export const tproxy = (to: string): Statement => ({ is: 'tproxy', to: parseTarget('tproxy', String(to)) })

/** Leaves the packet out of connection tracking. */
export const notrack = (): Statement => ({ is: 'plain', name: 'notrack', data: {} })

/** Hands the connection to a flow table. */
export function flowAdd(flowtable: string): Statement {
  checkValue('flowtable', flowtable, NAME)
  return { is: 'plain', name: 'flow_offload', data: { tableName: flowtable } }
}

/** Options of {@link queue}. */
export interface QueueOptions {
  /** True to accept packets if no program reads the queue. */
  readonly bypass?: boolean
  /** True to select the queue by CPU. */
  readonly fanout?: boolean
}

/** Hands the packet to a program: `queue(3)`, `queue([1, 3], { fanout: true })` for the queues 1 to 3. */
export function queue(numbers: number | readonly [number, number], options: QueueOptions = {}): Statement {
  checkKeys('options', options, { bypass: BOOLEAN, fanout: BOOLEAN })
  const [first, last] = typeof numbers === 'number' ? [numbers, numbers] : numbers
  checkOptions({ first, last }, { first: U16, last: integers(first, 0xffff) }, 'queue ')
  const { bypass, fanout } = options
  const flags = (bypass ? NFT_QUEUE_FLAG.BYPASS : 0) | (fanout ? NFT_QUEUE_FLAG.CPU_FANOUT : 0)
  return { is: 'plain', name: 'queue', data: { num: first, total: last - first + 1, flags } }
}

/** Options of {@link add} and {@link update}. */
export interface UpdateOptions {
  /** `'30s'`, or milliseconds. Default: that of the set. */
  readonly timeout?: string | number
  /** Counter, limit, quota or connlimit of the new element. */
  readonly statements?: readonly StatefulStatement[]
  /** Data of the element, for a map. */
  readonly data?: NftValue | Selector
}

function updating(operation: number, set: string, from: Selector, options: UpdateOptions): Statement {
  checkKeys('options', options, { timeout: 1, statements: 1, data: 1 })
  const name = nameOfSet('the update', set)
  if (name === undefined) throw new ArgumentError(`expected the set to be a name like '@blocked', got ${show(set)}`)
  if (!isSelector(from)) throw new ArgumentError(`expected a selector like ip.saddr, got ${show(from)}`)
  const { timeout, statements = [], data } = options
  const wrong = statements.find((each) => each?.is !== 'stateful')
  if (wrong !== undefined)
    throw new ArgumentError(`expected statements to be counter, limit, quota or connlimit, got ${show(wrong)}`)
  return {
    ...{ is: 'update', operation, set: name, sources: from.sources, statements },
    timeout: timeout === undefined ? undefined : parseDuration('timeout', timeout),
    data: isSelector(data) ? inputOf('data', [data.sources[0].type], data) : undefined,
  }
}

/** Adds an element to a set, unless it exists: `add('@seen', ip.saddr, { timeout: '1m' })`. */
export const add = (set: `@${string}`, from: Selector, options: UpdateOptions = {}): Statement =>
  updating(NFT_DYNSET_OP.ADD, set, from, options)
/** Adds an element to a set, or restarts its timeout: `update('@seen', ip.saddr, { statements: [limit('10/second')] })`. */
export const update = (set: `@${string}`, from: Selector, options: UpdateOptions = {}): Statement =>
  updating(NFT_DYNSET_OP.UPDATE, set, from, options)
/** Deletes an element from a set: `remove('@seen', ip.saddr)`. */
export const remove = (set: `@${string}`, from: Selector): Statement => updating(NFT_DYNSET_OP.DELETE, set, from, {})

/** Counts in the counter object that a map has for the value: `counterOf(ip.saddr, '@counters')`. */
export function counterOf(from: Selector, map: `@${string}`): Statement {
  const name = nameOfSet('the counter', map)
  if (name === undefined || !isSelector(from))
    throw new ArgumentError(`expected a selector and '@name', got ${show(map)}`)
  return { is: 'objectMap', type: NFT_OBJECT.COUNTER, sources: from.sources, map: name }
}
