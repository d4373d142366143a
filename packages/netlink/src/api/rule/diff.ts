import { FIB_RULE, type RuleMessage } from '../../route/index.js'
import { type Comparison, covers } from '../values/compare.js'
import { flagsIn } from '../values/names.js'
import { NOT_SUPPRESSED, toRule } from './decode.js'
import { SETTABLE } from './encode.js'
import { attributeOf } from './selection.js'
import type { NewRule, Rule } from './types.js'

/** Attributes of what a rule does with a packet. All others, apart from `protocol`, select packets. */
const effects = ['table', 'goto', 'flow', 'suppressIfgroup', 'suppressPrefixlen'] as const

/** Values of masks that the kernel fills in, and reports, if a request has the value without its mask. */
const fullMasks: Readonly<Record<string, number>> = {
  ...{ fwmask: 0xffffffff, sportMask: 0xffff, dportMask: 0xffff, dscpMask: 0x3f, flowlabelMask: 0xfffff },
}

const notKey: readonly string[] = [...effects, 'protocol', 'priority', 'pad']

/** True if two rules select the same packets. */
function selectsSame(wanted: RuleMessage, found: RuleMessage): boolean {
  const keys = new Set(
    [...Object.keys(wanted.attrs), ...Object.keys(found.attrs)].filter((key) => !notKey.includes(key)),
  )
  const propertyOf = (message: RuleMessage, key: string) => attributeOf(message, key) || fullMasks[key]
  return (
    wanted.family === found.family &&
    wanted.tos === found.tos &&
    wanted.srcLen === found.srcLen &&
    wanted.dstLen === found.dstLen &&
    ((wanted.flags ^ found.flags) & FIB_RULE.INVERT) === 0 &&
    [...keys].every((key) => {
      const [one, other] = [propertyOf(wanted, key), propertyOf(found, key)]
      return covers(one, other) && covers(other, one)
    })
  )
}

/** True if a rule has the priority of a request, if that is given, and selects the same packets. */
export function hasKey(request: RuleMessage, found: RuleMessage): boolean {
  const { priority } = request.attrs
  return (priority === undefined || priority === (found.attrs.priority ?? 0)) && selectsSame(request, found)
}

/** True if a rule is of the program that a request names. Without a protocol, those without one. */
export const isOwn = ({ attrs }: RuleMessage, found: RuleMessage) =>
  (attrs.protocol ?? 0) === (found.attrs.protocol ?? 0)

/** Returns an attribute in the form in which the kernel reports a rule without it. */
const effectOf = (message: RuleMessage, key: (typeof effects)[number]) =>
  (attributeOf(message, key) ?? (key.startsWith('suppress') ? NOT_SUPPRESSED : 0)) as number

/** Compares what a spec and the rule with the same key do with a packet. Properties that the spec leaves out must have their defaults. */
export function compareRule(spec: NewRule, request: RuleMessage, found: RuleMessage): Comparison[] {
  const [wanted, actual] = [toRule(request), toRule(found)]
  const optionOf = (key: (typeof effects)[number]) => (key === 'flow' ? 'realms' : key) satisfies keyof Rule
  return [
    { key: 'action', wanted: wanted.action, actual: actual.action, matches: request.action === found.action },
    ...effects.map((key) => ({
      ...{ key: optionOf(key), wanted: wanted[optionOf(key)], actual: actual[optionOf(key)] },
      matches: effectOf(request, key) === effectOf(found, key),
    })),
    {
      ...{ key: 'flags', wanted: spec.flags, actual: flagsIn(FIB_RULE, found.flags & SETTABLE & ~FIB_RULE.INVERT) },
      matches: (request.flags & ~found.flags) === 0,
    },
  ]
}
