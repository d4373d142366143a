import type { DataType } from '../types/data-types.js'
import type { Interval, Key, Sources } from './source.js'

/** Comparison of a match. */
export type Comparison = 'eq' | 'neq' | 'lt' | 'lte' | 'gt' | 'gte'

/** A set, or a map with `D` as its data: a name with `@`, or elements that belong to the rule. */
export type Lookup<D = undefined> =
  | { readonly name: string }
  | { readonly elements: readonly { readonly key: Key; readonly data: D }[] }

/** The right side of a match. */
export type Operand =
  | { readonly is: 'interval'; readonly interval: Interval }
  | { readonly is: 'masked'; readonly mask: Buffer; readonly value: Buffer }
  /** Some of these flags are set. */
  | { readonly is: 'anyOf'; readonly bits: Buffer }
  | { readonly is: 'lookup'; readonly lookup: Lookup }

/** A value that a statement writes: constant, copied from a source, or looked up in a map. */
export type Input =
  | { readonly is: 'constant'; readonly bytes: Buffer; readonly type: DataType }
  | { readonly is: 'source'; readonly source: Sources[0]; readonly mask?: Buffer; readonly xor?: Buffer }
  | {
      readonly is: 'map'
      readonly sources: Sources
      /** Types of the data: an address, and for `dnat` also a port. */
      readonly types: readonly DataType[]
      readonly lookup: Lookup<readonly Buffer[]>
    }

/** An address and ports to translate to. */
export interface Target {
  readonly family?: 'ip' | 'ip6' | undefined
  readonly address?: Input | undefined
  readonly addressTo?: Input | undefined
  readonly port?: Input | undefined
  readonly portTo?: Input | undefined
}

/** A verdict of a rule or of an element of a map. */
export interface VerdictStatement {
  readonly is: 'verdict'
  readonly code: number
  readonly chain?: string | undefined
}

/** A statement with a state, which elements of sets may have. */
export interface StatefulStatement {
  readonly is: 'stateful'
  readonly name: 'counter' | 'limit' | 'quota' | 'connlimit' | 'last'
  readonly data: object
}

/** One part of a rule. The functions of `@netloom/netlink/nft` create them. */
export type Statement =
  | {
      readonly is: 'match'
      readonly sources: Sources
      readonly comparison: Comparison
      readonly operand: Operand
    }
  | { readonly is: 'verdictMap'; readonly sources: Sources; readonly lookup: Lookup<VerdictStatement> }
  | VerdictStatement
  | StatefulStatement
  | { readonly is: 'object'; readonly type: number; readonly name: string }
  | { readonly is: 'objectMap'; readonly type: number; readonly sources: Sources; readonly map: string }
  | { readonly is: 'set'; readonly target: Sources[0]; readonly input: Input }
  | {
      readonly is: 'update'
      readonly operation: number
      readonly set: string
      readonly sources: Sources
      readonly data?: Input | undefined
      readonly timeout?: bigint | undefined
      readonly statements: readonly StatefulStatement[]
    }
  | { readonly is: 'nat'; readonly type: number; readonly flags: number; readonly to: Target }
  | { readonly is: 'masquerade' | 'redirect'; readonly flags: number; readonly to: Target }
  | { readonly is: 'tproxy'; readonly to: Target }
  | {
      readonly is: 'dup' | 'fwd'
      readonly address?: Input
      readonly device?: Input
      readonly family?: 'ip' | 'ip6'
    }
  | {
      readonly is: 'reject'
      readonly reply: 'default' | 'tcp reset' | 'icmp' | 'icmpv6' | 'icmpx'
      readonly code: number
    }
  /** An expression of the kernel without operands in registers. */
  | {
      readonly is: 'plain'
      readonly name: 'log' | 'queue' | 'notrack' | 'flow_offload' | 'synproxy'
      readonly data: object
    }
