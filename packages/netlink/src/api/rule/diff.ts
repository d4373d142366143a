import { FIB_RULE, type RuleMessage } from '../../route/index.js'
import { type Comparison, isSame } from '../values/compare.js'
import { flagsIn } from '../values/names.js'
import { NOT_SUPPRESSED, toRule } from './decode.js'
import { SETTABLE } from './encode.js'
import { attributeOf, priorityOf } from './selection.js'
import type { NewRule, Rule } from './types.js'

/** Attributes of what a rule does with a packet. All others, apart from `protocol`, select packets. */
const effects = ['table', 'goto', 'flow', 'suppressIfgroup', 'suppressPrefixlen'] as const

/** Values of masks that the kernel fills in, and reports, if a request has the value without its mask. */
const fullMasks: Readonly<Record<string, number>> = {
  ...{ fwmask: 0xffffffff, sportMask: 0xffff, dportMask: 0xffff, dscpMask: 0x3f, flowlabelMask: 0xfffff },
}

const notKey: ReadonlySet<string> = new Set([...effects, 'protocol', 'priority', 'pad'])

const propertyOf = (message: RuleMessage, key: string) => attributeOf(message, key) || fullMasks[key]

/** True if the attributes that select packets, in one of two rules, are equal in both. */
function hasSelectors(one: RuleMessage, other: RuleMessage): boolean {
  for (const key in one.attrs) {
    if (notKey.has(key)) continue
    const [mine, theirs] = [propertyOf(one, key), propertyOf(other, key)]
    if (mine !== theirs && !isSame(mine, theirs)) return false
  }
  return true
}

/** True if two rules select the same packets. */
const selectsSame = (wanted: RuleMessage, found: RuleMessage): boolean =>
  wanted.family === found.family &&
  wanted.tos === found.tos &&
  wanted.srcLen === found.srcLen &&
  wanted.dstLen === found.dstLen &&
  ((wanted.flags ^ found.flags) & FIB_RULE.INVERT) === 0 &&
  hasSelectors(wanted, found) &&
  hasSelectors(found, wanted)

/** True if a rule has the priority of a request, if that is given, and selects the same packets. */
export function hasKey(request: RuleMessage, found: RuleMessage): boolean {
  const { priority } = request.attrs
  return (priority === undefined || priority === priorityOf(found)) && selectsSame(request, found)
}

/** True if a rule is of the program that a request names. Without a protocol, those without one. */
export const isOwn = ({ attrs }: RuleMessage, found: RuleMessage) =>
  (attrs.protocol ?? 0) === (found.attrs.protocol ?? 0)

/** Returns an attribute in the form in which the kernel reports a rule without it. */
const effectOf = (message: RuleMessage, key: (typeof effects)[number]) =>
  (attributeOf(message, key) ?? (key.startsWith('suppress') ? NOT_SUPPRESSED : 0)) as number

/** True if a rule has the flags of a request. */
const hasFlags = (request: RuleMessage, found: RuleMessage) => (request.flags & ~found.flags) === 0

const hasEffect = (request: RuleMessage, found: RuleMessage, key: (typeof effects)[number]) =>
  effectOf(request, key) === effectOf(found, key)

/** True if a rule does with a packet what a request wants: if everything matches that {@link compareRule} compares. */
export const doesSame = (request: RuleMessage, found: RuleMessage): boolean =>
  request.action === found.action && hasFlags(request, found) && effects.every((key) => hasEffect(request, found, key))

/** Compares what a spec and the rule with the same key do with a packet. Properties that the spec leaves out must have their defaults. */
export function compareRule(spec: NewRule, request: RuleMessage, found: RuleMessage): Comparison[] {
  const [wanted, actual] = [toRule(request), toRule(found)]
  const optionOf = (key: (typeof effects)[number]) => (key === 'flow' ? 'realms' : key) satisfies keyof Rule
  return [
    { key: 'action', wanted: wanted.action, actual: actual.action, matches: request.action === found.action },
    ...effects.map((key) => ({
      ...{ key: optionOf(key), wanted: wanted[optionOf(key)], actual: actual[optionOf(key)] },
      matches: hasEffect(request, found, key),
    })),
    {
      ...{ key: 'flags', wanted: spec.flags, actual: flagsIn(FIB_RULE, found.flags & SETTABLE & ~FIB_RULE.INVERT) },
      matches: hasFlags(request, found),
    },
  ]
}
