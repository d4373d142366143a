import type { DataType } from '../types/data-types.js'

/** Headers that a field needs: the rule checks for them first, unless an earlier part of it already does. */
export interface Needs {
  readonly link?: 'ether' | 'vlan'
  readonly network?: 'ip' | 'ip6' | 'arp'
  /** Number of the transport protocol. */
  readonly transport?: number
  /** Types of the ICMP messages that have the field. */
  readonly messages?: readonly number[]
}

/** A field of a header. Offsets and lengths are in bits. */
export interface PayloadSource {
  readonly from: 'payload'
  readonly base: number
  readonly offset: number
}

/** A value that a rule can load into a register. */
export type Load =
  | PayloadSource
  | { readonly from: 'meta'; readonly key: number }
  | { readonly from: 'ct'; readonly key: number; readonly direction?: number }
  | { readonly from: 'fib'; readonly flags: number; readonly result: number }
  | { readonly from: 'socket'; readonly key: number; readonly level?: number }
  | { readonly from: 'rt'; readonly key: number }
  | { readonly from: 'osf'; readonly ttl: number; readonly flags: number }
  | {
      readonly from: 'exthdr'
      readonly op: number
      readonly type: number
      /** In bits. */
      readonly offset: number
      readonly flags?: number
    }
  | { readonly from: 'numgen'; readonly random: boolean; readonly modulus: number; readonly offset: number }
  | {
      readonly from: 'hash'
      readonly of: Source
      readonly modulus: number
      readonly seed?: number
      readonly offset: number
    }
  | { readonly from: 'symhash'; readonly modulus: number; readonly offset: number }

/** An expression with a value: `ip saddr`, `meta mark`. */
export interface Source {
  /** As nft prints it. */
  readonly text: string
  readonly type: DataType
  readonly load: Load
  readonly needs?: Needs | undefined
}

/** Sources whose values are looked up together: `ip saddr . tcp dport`. */
export type Sources = readonly [Source, ...Source[]]

/** An inclusive range of values, most significant byte first. */
export interface Interval {
  readonly from: Buffer
  readonly to: Buffer
  /** Number of leading bits that are equal, if it was written as a prefix or with a `*`. */
  readonly prefix?: number | undefined
  /** True for all values that are not between these two: a range across midnight. */
  readonly outside?: true
}

/** One or more intervals: of a single value, or of a concatenation. */
export type Key = readonly Interval[]

/** Returns true for the field with the type of ICMP messages. */
export const isMessageType = (text: string) => text === 'icmp type' || text === 'icmpv6 type'
