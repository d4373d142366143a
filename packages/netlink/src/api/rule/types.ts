import type { Infer } from '../../codec/index.js'
import type { IPPROTO } from '../../constants/ip.js'
import type { FIB_RULE, FR_ACT, RT_TABLE, RTPROT, RuleMessage, ruleAttrs } from '../../route/index.js'
import type { ProtocolName, TableName, TosName } from '../values/file-names.js'
import type { IpFamily } from '../values/ip-text.js'
import type { FileName, FileNamed, Flag, Named } from '../values/names.js'
import type { NewRealms, Realms } from '../values/realms.js'

type Attrs = Infer<typeof ruleAttrs>

/** Properties of a rule that are attributes with the same value: FRA_*, linux/fib_rules.h */
export interface RuleAttributes {
  readonly priority?: number | undefined
  readonly fwmark?: number | undefined
  readonly fwmask?: number | undefined
  /** The priority of the rule to continue at; greater than the rule's own. */
  readonly goto?: number | undefined
  readonly suppressIfgroup?: number | undefined
  readonly suppressPrefixlen?: number | undefined
  readonly tunId?: bigint | undefined
  /** 1: look up the table of the link's VRF. */
  readonly l3mdev?: number | undefined
  /** User IDs, both ends included. */
  readonly uidRange?: Attrs['uidRange']
  /** IPPROTO_*: `tcp`, `udp`, `icmp`, or a number. */
  readonly ipProto?: Named<typeof IPPROTO> | undefined
  /** Ports from 1 to 65534, both ends included. */
  readonly sportRange?: Attrs['sportRange']
  readonly dportRange?: Attrs['dportRange']
  readonly sportMask?: number | undefined
  readonly dportMask?: number | undefined
  /** 0 to 63: the upper six bits of the traffic class. Not together with `tos`. */
  readonly dscp?: number | undefined
  readonly dscpMask?: number | undefined
  /** IPv6 only: 20 bits. */
  readonly flowlabel?: number | undefined
  readonly flowlabelMask?: number | undefined
}

/** A rule that selects a routing table, as `ip rule` prints it. */
export interface Rule extends RuleAttributes {
  readonly family: IpFamily
  readonly priority: number
  /** `default` (all), a network or a host. */
  readonly from: string
  readonly to: string
  readonly iif?: string
  readonly oif?: string
  readonly tos?: number
  /** FR_ACT_*: `to_tbl` looks up the table. */
  readonly action: Named<typeof FR_ACT>
  readonly table?: Named<typeof RT_TABLE>
  readonly protocol?: Named<typeof RTPROT>
  /** IPv4 only: the routing realms of the packets that match. */
  readonly realms?: Realms
  readonly flags: readonly Flag<typeof FIB_RULE>[]
  /** True if the rule applies to packets that do not match. */
  readonly invert: boolean
  /** The decoded message. Not enumerable. */
  readonly message: RuleMessage
}

/** A rule with the names of its numbers: the result of reading with `{ names: true }`. `iif` and `oif` are names already. */
export interface NamedRule extends Rule, TableName, ProtocolName, TosName {}

/** A rule to add; for `get` and `delete`, the properties that it must have. */
export interface NewRule extends RuleAttributes {
  /** By default the family of `from` or `to`; `inet` if both are left out. */
  readonly family?: IpFamily | undefined
  /** `default` (all), a network or a host. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly iif?: string | undefined
  readonly oif?: string | undefined
  readonly tos?: number | FileName | undefined
  /** By default `goto` if the option `goto` is given, `to_tbl` if not. */
  readonly action?: Named<typeof FR_ACT> | undefined
  /** The default for a rule to add is `main`. */
  readonly table?: FileNamed<typeof RT_TABLE> | undefined
  readonly protocol?: FileNamed<typeof RTPROT> | undefined
  readonly realms?: NewRealms | undefined
  readonly invert?: boolean | undefined
  /** FIB_RULE_*: `PERMANENT` and `FIND_SADDR` can be written. Use `invert` for `INVERT`. The kernel sets the others itself. */
  readonly flags?: Rule['flags'] | undefined
}

/** Restricts a list of rules, and selects those that `flush` deletes. */
export interface RuleFilter {
  readonly family?: IpFamily | undefined
  readonly table?: FileNamed<typeof RT_TABLE> | undefined
  readonly priority?: number | undefined
  /** `unspec` selects the rules without a protocol. */
  readonly protocol?: Rule['protocol'] | undefined
}
