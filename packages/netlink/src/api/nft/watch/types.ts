import type { NftChain, NftElement, NftFamily, NftFlowtable, NftObject, NftRule, NftSet, NftTable } from '../types.js'

/** Elements of a set or a map that were added or removed together. */
export interface NftChangedElements {
  readonly family: NftFamily
  readonly table: string
  /** Name of the set or map. */
  readonly set: string
  readonly elements: readonly NftElement[]
}

/** The objects of events, by kind. */
export interface NftWatched {
  readonly table: NftTable
  readonly chain: NftChain
  readonly rule: NftRule
  readonly set: NftSet
  readonly elements: NftChangedElements
  readonly object: NftObject
  readonly flowtable: NftFlowtable
}

/** A kind of objects that events are about. */
export type NftKind = keyof NftWatched

/** An object was added, changed or removed. */
export type NftChangeEvent = {
  [K in NftKind]: {
    readonly type: 'added' | 'changed' | 'removed'
    readonly kind: K
    /** The object after the change; before it, if it was removed. */
    readonly object: NftWatched[K]
    /** The object before the change, if it was changed. */
    readonly before: NftWatched[K] | undefined
  }
}[NftKind]

/** A transaction took effect: the changes before this event were its changes. */
export interface NftGenerationEvent {
  readonly type: 'generation'
  /** The number of the ruleset's generation. */
  readonly generation: number
  /** The process that sent the transaction. */
  readonly process: { readonly id: number; readonly name: string }
}

/** Notifications were lost: list the objects again. */
export interface NftLostEvent {
  readonly type: 'overrun'
}

/** An event of `nl.nft.watch()`. */
export type NftWatchEvent = NftChangeEvent | NftGenerationEvent | NftLostEvent

/** Fields of the headers of a packet, by nft's names: `{ ip: { saddr: '10.0.0.1', ttl: 64 }, tcp: { dport: 22 } }`. */
export type NftPacket = Readonly<Record<string, Readonly<Record<string, string | number>>>>

/** A step of a packet that a rule marked with `meta.nftrace.set(1)`. */
export interface NftTrace {
  readonly type: 'trace'
  /** The same for all steps of a packet. */
  readonly id: number
  readonly family: NftFamily
  readonly table: string
  readonly chain: string
  /** `rule`: a rule matched; `return`: the end of a chain, or a rule that returns; `policy`: the end of a base chain. */
  readonly step: 'rule' | 'return' | 'policy'
  /** Handle of the rule. */
  readonly handle?: bigint
  /** The rule, unless it was deleted in the meantime. */
  readonly rule?: NftRule
  /** `accept`, `jump web`, `continue`, …; of a policy, what it does. */
  readonly verdict: string
  /** Index of the link that received the packet. */
  readonly iif?: number
  /** Index of the link that sends the packet. */
  readonly oif?: number
  readonly mark?: number
  readonly packet: NftPacket
}

/** An event of `nl.nft.traces()`. */
export type NftTraceEvent = NftTrace | NftLostEvent
