import type { SynproxyOptions } from './expression/handover.js'
import type { StatefulStatement, Statement, VerdictStatement } from './expression/statement.js'
import type { objectTypes } from './types/flags.js'
import type { NftHook, Priority } from './types/names.js'
import type { NftElementKey, NftFamily, NftMapData, NftSetKey, NftTableKey } from './types.js'

/** A table to add. */
export interface NewNftTable extends NftTableKey {
  /** `owner`: the table is deleted when the connection is closed, and no other process can change it. `dormant`: without effect. */
  readonly flags?: readonly ('dormant' | 'owner' | 'persist')[]
  readonly comment?: string
  /** Name of the program that may replace the table: see {@link NftTransaction.replaceTable}. */
  readonly program?: string
}

/** A reference to a chain. */
export interface NftChainKey {
  /** Default: `inet`. */
  readonly family?: NftFamily
  readonly table: string
  readonly name: string
}

/** A chain to add. With `hook`, a base chain. */
export interface NewNftChain extends NftChainKey {
  /** Default: `filter`. */
  readonly type?: 'filter' | 'nat' | 'route'
  readonly hook?: NftHook
  /** A number, a word of nft, or both: `'filter - 5'`. Default: `filter`. */
  readonly priority?: Priority
  /** Default: `accept`. */
  readonly policy?: 'accept' | 'drop'
  /** Names of links, for `ingress` and `egress`. */
  readonly devices?: readonly string[]
  readonly comment?: string
}

/** The chain of a rule. */
export interface NftRuleChain {
  /** Default: `inet`. */
  readonly family?: NftFamily
  readonly table: string
  readonly chain: string
}

/** A rule to add. */
export interface NewNftRule extends NftRuleChain {
  /** Its parts: `[tcp.dport(22), counter(), accept()]`. */
  readonly rule: readonly Statement[]
  readonly comment?: string
  /** Handle of the rule behind which it is added, or before which it is inserted. Default: the end, or the start. */
  readonly position?: bigint
}

/** A reference to a rule. */
export interface NftRuleKey extends NftRuleChain {
  readonly handle: bigint
}

/** A set to add. */
export interface NewNftSet extends NftSetKey {
  /** nft's name of the type, e.g. `ipv4_addr`; a list for a concatenation. */
  readonly type: string | readonly string[]
  /** `interval` for prefixes and ranges, `dynamic` for sets that rules change, `timeout` for elements that expire. */
  readonly flags?: readonly ('constant' | 'interval' | 'timeout' | 'dynamic')[]
  /** Of elements without an own one: `'1h'`, or milliseconds. */
  readonly timeout?: string | number
  /** Interval at which expired elements are deleted. */
  readonly gcInterval?: string | number
  /** Maximum number of elements. */
  readonly size?: number
  readonly policy?: 'performance' | 'memory'
  readonly comment?: string
  /** True if nft may merge adjacent intervals. */
  readonly autoMerge?: boolean
  /** States that each element gets: `[counter()]`. */
  readonly statements?: readonly StatefulStatement[]
  readonly elements?: readonly (NftElementKey | NewNftElement)[]
}

/** A map to add. */
export interface NewNftMap extends NewNftSet {
  /** Type of the values, `verdict`, or the kind of objects to which it refers. */
  readonly data: NftMapData
}

/** An element to add. */
export interface NewNftElement {
  /** A value, a prefix, a range, or `*` for all others; a list for a concatenation. */
  readonly key: NftElementKey
  /** Of a map: a value, a verdict (`accept()`), or the name of an object. */
  readonly data?: NftElementKey | VerdictStatement
  readonly timeout?: string | number
  readonly comment?: string
}

/** Elements of a set or a map. */
export interface NftElements {
  /** Default: `inet`. */
  readonly family?: NftFamily
  readonly table: string
  /** Name of the set or map. */
  readonly set: string
  readonly elements: readonly (NftElementKey | NewNftElement)[]
}

interface NewObject extends NftSetKey {
  readonly comment?: string
}

/** A counter to add. */
export interface NewNftCounter extends NewObject {
  readonly packets?: bigint | number
  readonly bytes?: bigint | number
}

/** A quota to add. */
export interface NewNftQuota extends NewObject {
  /** `'100 mbytes'`, or a number. */
  readonly bytes: string | number | bigint
  readonly over?: boolean
  /** Bytes that were counted so far. Default: 0. */
  readonly used?: string | number | bigint
}

/** A limit to add. */
export interface NewNftLimit extends NewObject {
  /** `'10/second'`, `'1 mbytes/second'`. */
  readonly rate: string
  readonly burst?: number | string
  readonly over?: boolean
}

/** Protocols of an object for connections. */
interface CtProtocols {
  readonly protocol: 'tcp' | 'udp'
  /** Default: that of the table. */
  readonly network?: 'ip' | 'ip6' | 'inet'
}

/** A helper of connection tracking to add. */
export interface NewNftCtHelper extends NewObject, CtProtocols {
  /** The kernel's name of the helper, e.g. `ftp`. */
  readonly helper: string
}

/** Timeouts of connections to add. */
export interface NewNftCtTimeout extends NewObject, CtProtocols {
  /** By nft's words for the states: `{ established: '2h', close: '10s' }`. Numbers are milliseconds. */
  readonly timeouts: Readonly<Record<string, string | number>>
}

/** An expectation of connections to add. */
export interface NewNftCtExpectation extends NewObject, CtProtocols {
  readonly dport: number
  /** `'1m'`, or milliseconds. */
  readonly timeout: string | number
  /** Maximum number of connections. */
  readonly size: number
}

/** A SYN proxy to add. */
export interface NewNftSynproxy extends NewObject, SynproxyOptions {}

/** nft's words for the kinds of objects with names. */
export type NftObjectType = keyof typeof objectTypes

/** A reference to an object. */
export interface NftObjectKey extends NftSetKey {
  readonly type: NftObjectType
}

/** Options of methods that delete. */
export interface NftDeleteOptions {
  /** True to accept that it does not exist, like `nft destroy`. Needs Linux 6.3. */
  readonly ifExists?: boolean
}

/** A flow table to add. */
export interface NewNftFlowtable extends NftSetKey {
  /** Default: `filter`. */
  readonly priority?: Priority
  readonly devices: readonly string[]
  /** True to offload to hardware. */
  readonly offload?: boolean
  readonly counter?: boolean
}
