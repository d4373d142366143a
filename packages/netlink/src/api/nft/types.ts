import type { NftFamily, NftHook, Priority } from './types/names.js'

/** A reference to a table. */
export interface NftTableKey {
  /** Default: `inet`. */
  readonly family?: NftFamily
  readonly name: string
}

/** A table, as it was read. */
export interface NftTable {
  readonly family: NftFamily
  readonly name: string
  readonly handle: bigint
  readonly flags: readonly ('dormant' | 'owner' | 'persist')[]
  /** Number of chains, sets, objects and flow tables. */
  readonly use: number
  readonly comment?: string
  /** Port id of the socket that owns the table. */
  readonly owner?: number
  /** The program that may replace the table: see `replaceTable`. */
  readonly program?: string
}

/** Packets and bytes that were counted. */
export interface NftCounter {
  readonly packets: bigint
  readonly bytes: bigint
}

/** A chain, as it was read. */
export interface NftChain {
  readonly family: NftFamily
  readonly table: string
  readonly name: string
  readonly handle: bigint
  /** Of a base chain: `filter`, `nat` or `route`. */
  readonly type?: string
  readonly hook?: NftHook
  readonly priority?: number
  readonly policy?: 'accept' | 'drop'
  /** Names of links. */
  readonly devices?: readonly string[]
  readonly comment?: string
  /** Number of rules and references. */
  readonly use: number
}

/** A rule, as it was read. */
export interface NftRule {
  readonly family: NftFamily
  readonly table: string
  readonly chain: string
  readonly handle: bigint
  /** The rule as nft prints it. An expression that this library does not know is printed as `[name …]`. */
  readonly text: string
  readonly comment?: string
}

/** The kind of values of a map: its type, or what it refers to. */
export type NftMapData =
  | 'verdict'
  | 'counter'
  | 'quota'
  | 'limit'
  | 'ct helper'
  | 'ct timeout'
  | 'synproxy'
  | string
  | readonly string[]

/** A set or a map, as it was read. */
export interface NftSet {
  readonly family: NftFamily
  readonly table: string
  readonly name: string
  readonly handle: bigint
  /** nft's name of the type, e.g. `ipv4_addr`; a list for a concatenation. */
  readonly type: string | readonly string[]
  /** Of a map. */
  readonly data?: NftMapData
  readonly flags: readonly ('constant' | 'interval' | 'timeout' | 'dynamic')[]
  /** Milliseconds. */
  readonly timeout?: number
  /** Milliseconds. */
  readonly gcInterval?: number
  /** Maximum number of elements. */
  readonly size?: number
  readonly policy?: 'performance' | 'memory'
  readonly comment?: string
}

/** Value of an element, as text or a number; a list for a concatenation. */
export type NftElementKey = string | number | readonly (string | number)[]

/** An element of a set or a map, as it was read. */
export interface NftElement {
  /** A value, a prefix `10.0.0.0/8`, a range `80-90`, or `*` for all others; a list for a concatenation. */
  readonly key: NftElementKey
  /** Of a map: a value, a verdict like `jump web`, or the name of an object. */
  readonly data?: NftElementKey
  /** Milliseconds. */
  readonly timeout?: number
  /** Milliseconds that are left. */
  readonly expires?: number
  readonly comment?: string
  readonly counter?: NftCounter
}

/** A counter, quota or limit with a name, as it was read. */
export interface NftObject {
  readonly family: NftFamily
  readonly table: string
  readonly name: string
  readonly handle: bigint
  /** `counter`, `quota`, `limit`, … */
  readonly type: string
  readonly comment?: string
  /** Number of references. */
  readonly use: number
  /** Its content. Limits, quotas and counters as nft prints them: `rate 10/second`. */
  readonly text: string
  /** Of a counter. */
  readonly counter?: NftCounter
  /** Of a quota. */
  readonly quota?: { readonly bytes: bigint; readonly used: bigint; readonly over: boolean }
}

/** A flow table, as it was read. */
export interface NftFlowtable {
  readonly family: NftFamily
  readonly table: string
  readonly name: string
  readonly handle: bigint
  readonly hook: 'ingress'
  readonly priority: number
  readonly devices: readonly string[]
  readonly flags: readonly ('offload' | 'counter')[]
}

/** Restricts a list. */
export interface NftFilter {
  /** Default: all families. */
  readonly family?: NftFamily
  readonly table?: string
}

/** Restricts a list of rules. */
export interface NftRuleFilter extends NftFilter {
  readonly chain?: string
}

/** A reference to a set. */
export interface NftSetKey {
  /** Default: `inet`. */
  readonly family?: NftFamily
  readonly table: string
  readonly name: string
}

export type { NftFamily, NftHook, Priority as NftPriority }
