import { IPPROTO } from '../../constants/ip.js'
import { FIB_RULE, FR_ACT, RT_TABLE, RTPROT, type RuleMessage } from '../../route/index.js'
import { familyName, networkText } from '../values/ip-text.js'
import { flagsIn, named } from '../values/names.js'
import { defined, renamed, withMessage } from '../values/objects.js'
import { decodeRealms } from '../values/realms.js'
import type { Rule, RuleAttributes } from './types.js'

/** The options that are attributes with the same value. */
export const ruleAttributes = {
  ...{ priority: 'priority', fwmark: 'fwmark', fwmask: 'fwmask', goto: 'goto', tunId: 'tunId', l3mdev: 'l3mdev' },
  ...{ suppressIfgroup: 'suppressIfgroup', suppressPrefixlen: 'suppressPrefixlen', uidRange: 'uidRange' },
  ...{ sportRange: 'sportRange', dportRange: 'dportRange', sportMask: 'sportMask' },
  ...{ dportMask: 'dportMask', dscp: 'dscp', dscpMask: 'dscpMask', flowlabel: 'flowlabel' },
  ...{ flowlabelMask: 'flowlabelMask' },
} satisfies Record<Exclude<keyof RuleAttributes, 'ipProto'>, keyof RuleMessage['attrs']>

/** The kernel's -1 in FRA_SUPPRESS_*: not given. */
export const NOT_SUPPRESSED = 0xffffffff

/** Converts a message to a rule. */
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
    ipProto: attrs.ipProto === undefined ? undefined : named(IPPROTO, attrs.ipProto),
    realms: decodeRealms(attrs.flow),
    ...{ flags: flagsIn(FIB_RULE, flags), invert: (flags & FIB_RULE.INVERT) !== 0 },
  })
  return withMessage(rule, message) as Rule
}
