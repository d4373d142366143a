import { isDeepStrictEqual } from 'node:util'
import type { Rule } from './state.js'

/** FRA_SUPPRESS_PREFIXLEN of a rule without it */
export const NOT_SUPPRESSED = 0xffffffff

/** A rule of a request. Its priority may be missing. */
type Wanted = Omit<Rule, 'priority'> & { readonly priority: number | undefined }

/** Attributes that rules are compared by, apart from the addresses. */
const compared = [
  ...['iifname', 'oifname', 'fwmark', 'fwmask', 'suppressIfgroup', 'suppressPrefixlen', 'tunId', 'l3mdev', 'uidRange'],
  ...['ipProto', 'protocol', 'sportRange', 'dportRange'],
] as const

/** Returns true if a rule has the addresses, tos and realms of another, as far as that has any (`fib4_rule_compare`). */
const hasSelectors = (rule: Rule, { srcLen, dstLen, tos, attrs }: Wanted) =>
  (srcLen === 0 || (rule.srcLen === srcLen && rule.attrs.src === attrs.src)) &&
  (dstLen === 0 || (rule.dstLen === dstLen && rule.attrs.dst === attrs.dst)) &&
  (tos === 0 || rule.tos === tos) &&
  (attrs.flow === undefined || rule.attrs.flow === attrs.flow)

/** Returns true if NLM_F_EXCL refuses a rule because of an existing one (`rule_exists`). */
export const existsAlready = (rule: Rule, wanted: Rule): boolean =>
  rule.action === wanted.action &&
  rule.table === wanted.table &&
  rule.priority === wanted.priority &&
  compared.every((key) => isDeepStrictEqual(rule.attrs[key], wanted.attrs[key])) &&
  hasSelectors(rule, wanted)

/** Returns true if a request to delete selects a rule: members that it does not have, or that are zero, do not count (`rule_find`). */
export const isSelected = (rule: Rule, wanted: Wanted): boolean =>
  (wanted.action === 0 || rule.action === wanted.action) &&
  (wanted.table === 0 || rule.table === wanted.table) &&
  (wanted.priority === undefined || rule.priority === wanted.priority) &&
  compared.every((key) => {
    const value = wanted.attrs[key]
    return !value || value === NOT_SUPPRESSED || isDeepStrictEqual(rule.attrs[key], value)
  }) &&
  hasSelectors(rule, wanted)
