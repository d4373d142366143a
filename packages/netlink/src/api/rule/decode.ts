import { withJson } from '../../codec/json.js'
import { IPPROTO } from '../../constants/ip.js'
import { FIB_RULE, FR_ACT, RT_TABLE, RTPROT, type RuleMessage } from '../../route/index.js'
import { familyName, networkText } from '../values/ip-text.js'
import { flagsIn, named } from '../values/names.js'
import { constructorOf, renamed, withMessage } from '../values/objects.js'
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

const RuleObject = constructorOf<Rule, RuleMessage>(function (message) {
  const { attrs, dstLen, srcLen, flags } = message
  const family = familyName(message.family)
  const table = attrs.table ?? message.table
  const { suppressIfgroup, suppressPrefixlen, ...others } = renamed(attrs, ruleAttributes)
  const realms = decodeRealms(attrs.flow)
  this.family = family
  this.priority = 0
  Object.assign(this, others)
  if (attrs.tunId !== undefined) withJson(this)
  if (message.tos !== 0) this.tos = message.tos
  if (isSuppressed(suppressIfgroup)) this.suppressIfgroup = suppressIfgroup
  if (isSuppressed(suppressPrefixlen)) this.suppressPrefixlen = suppressPrefixlen
  this.from = networkText(attrs.src, srcLen, family)
  this.to = networkText(attrs.dst, dstLen, family)
  if (attrs.iifname !== undefined) this.iif = attrs.iifname
  if (attrs.oifname !== undefined) this.oif = attrs.oifname
  this.action = named(FR_ACT, message.action)
  if (table !== 0) this.table = named(RT_TABLE, table)
  if (attrs.protocol !== undefined) this.protocol = named(RTPROT, attrs.protocol)
  if (attrs.ipProto !== undefined) this.ipProto = named(IPPROTO, attrs.ipProto)
  if (realms !== undefined) this.realms = realms
  this.flags = flagsIn(FIB_RULE, flags)
  this.invert = (flags & FIB_RULE.INVERT) !== 0
})

/** True for a FRA_SUPPRESS_* that is given. */
const isSuppressed = (value: unknown): value is number => value !== undefined && value !== NOT_SUPPRESSED

/** Converts a message to a rule. */
export const toRule = (message: RuleMessage): Rule => withMessage(new RuleObject(message), message)
