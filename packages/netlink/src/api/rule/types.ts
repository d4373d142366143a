import type { Infer } from '../../codec/index.js'
import { FIB_RULE, FR_ACT, RT_TABLE, RTPROT, type RuleMessage, type ruleAttrs } from '../../route/index.js'
import { familyName, type IpFamily, networkText } from '../ip-text.js'
import { type Flag, flagsIn, type Named, named } from '../names.js'
import { defined, renamed } from '../objects.js'
import { type Realms, toRealms } from '../realms.js'
import { withMessage } from '../with-message.js'

type Attrs = Infer<typeof ruleAttrs>

/** The properties of a rule that are attributes as they stand: FRA_*, linux/fib_rules.h */
interface RuleAttributes {
  readonly priority?: number | undefined
  readonly fwmark?: number | undefined
  readonly fwmask?: number | undefined
  /** The priority of the rule to continue at; greater than the rule's own. */
  readonly goto?: number | undefined
  readonly suppressIfgroup?: number | undefined
  readonly suppressPrefixlen?: number | undefined
  readonly tunId?: bigint | undefined
  /** 1: the table of the link's VRF. */
  readonly l3mdev?: number | undefined
  /** User ids, both ends included. */
  readonly uidRange?: Attrs['uidRange']
  /** IPPROTO_* */
  readonly ipProto?: number | undefined
  /** Ports from 1 to 65534, both ends included. */
  readonly sportRange?: Attrs['sportRange']
  readonly dportRange?: Attrs['dportRange']
  readonly sportMask?: number | undefined
  readonly dportMask?: number | undefined
  /** 0 to 63: the upper six bits of the traffic class. Not together with `tos`. */
  readonly dscp?: number | undefined
  readonly dscpMask?: number | undefined
  /** Of IPv6: 20 bits. */
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
  /** FR_ACT_*: `to_tbl` looks the table up. */
  readonly action: Named<typeof FR_ACT>
  readonly table?: Named<typeof RT_TABLE>
  readonly protocol?: Named<typeof RTPROT>
  /** Of IPv4: the routing realms of the packets that match. */
  readonly realms?: Realms
  readonly flags: readonly Flag<typeof FIB_RULE>[]
  /** True if the rule applies to the packets that do not match. */
  readonly invert: boolean
  /** The decoded message. Not enumerable. */
  readonly message: RuleMessage
}

/** A rule to add, or, to delete or get one, the properties it must have. */
export interface NewRule extends RuleAttributes {
  /** The family of `from` or `to`, if left out; else `inet`. */
  readonly family?: IpFamily | undefined
  /** `default` (all), a network or a host. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly iif?: string | undefined
  readonly oif?: string | undefined
  readonly tos?: number | undefined
  /** `goto` with the option `goto`, else `to_tbl`, if left out. */
  readonly action?: Named<typeof FR_ACT> | undefined
  /** `main`, if left out of a rule to add. */
  readonly table?: Named<typeof RT_TABLE> | undefined
  readonly protocol?: Named<typeof RTPROT> | undefined
  readonly realms?: Realms | undefined
  readonly invert?: boolean | undefined
  /** `PERMANENT` and `FIND_SADDR` are sent; `INVERT` is `invert`; the kernel reports the others. */
  readonly flags?: Rule['flags'] | undefined
}

/** The options that are attributes under the same name. */
export const ruleAttributes = {
  ...{ priority: 'priority', fwmark: 'fwmark', fwmask: 'fwmask', goto: 'goto', tunId: 'tunId', l3mdev: 'l3mdev' },
  ...{ suppressIfgroup: 'suppressIfgroup', suppressPrefixlen: 'suppressPrefixlen', uidRange: 'uidRange' },
  ...{ ipProto: 'ipProto', sportRange: 'sportRange', dportRange: 'dportRange', sportMask: 'sportMask' },
  ...{ dportMask: 'dportMask', dscp: 'dscp', dscpMask: 'dscpMask', flowlabel: 'flowlabel' },
  ...{ flowlabelMask: 'flowlabelMask' },
} satisfies Record<keyof RuleAttributes, keyof Attrs>

/** The kernel's -1 in FRA_SUPPRESS_*. */
export const NOT_SUPPRESSED = 0xffffffff

/** Returns the rule of a message. */
export function toRule(message: RuleMessage): Rule {
  const { attrs, dstLen, srcLen, flags } = message
  const family = familyName(message.family)
  const { suppressIfgroup, suppressPrefixlen, ...others } = renamed(attrs, ruleAttributes)
  const rule = defined({
    ...{ family, priority: 0, ...others, tos: message.tos || undefined },
    suppressIfgroup: suppressIfgroup === NOT_SUPPRESSED ? undefined : suppressIfgroup,
    suppressPrefixlen: suppressPrefixlen === NOT_SUPPRESSED ? undefined : suppressPrefixlen,
    ...{ from: networkText(attrs.src, srcLen, family), to: networkText(attrs.dst, dstLen, family) },
    ...{ iif: attrs.iifname, oif: attrs.oifname, action: named(FR_ACT, message.action) },
    table: (attrs.table ?? message.table) === 0 ? undefined : named(RT_TABLE, attrs.table ?? message.table),
    protocol: attrs.protocol === undefined ? undefined : named(RTPROT, attrs.protocol),
    realms: toRealms(attrs.flow),
    ...{ flags: flagsIn(FIB_RULE, flags), invert: (flags & FIB_RULE.INVERT) !== 0 },
  })
  return withMessage(rule, message) as unknown as Rule
}
