import type { Infer } from '../codec/index.js'
import { FIB_RULE, FR_ACT, RT_TABLE, RTPROT, type RuleMessage, type ruleAttrs } from '../route/index.js'
import { familyName, familyNumber, familyOf, type IpFamily, networkText, parseNetwork } from './ip-text.js'
import { defined, expectKeys, renamed } from './keys.js'
import { type Flag, flagsIn, type Named, named, numberOf } from './names.js'
import { change, dump, type Operation } from './operation.js'
import { withMessage } from './with-message.js'

type Attrs = Infer<typeof ruleAttrs>

/** What a rule has as its attribute has it. */
interface RuleAttributes {
  readonly priority?: number | undefined
  readonly fwmark?: number | undefined
  readonly fwmask?: number | undefined
  /** The priority of the rule to go on at. */
  readonly goto?: number | undefined
  readonly suppressIfgroup?: number | undefined
  readonly suppressPrefixlen?: number | undefined
  readonly tunId?: bigint | undefined
  /** The table of the link's VRF. */
  readonly l3mdev?: number | undefined
  readonly uidRange?: Attrs['uidRange']
  readonly ipProto?: number | undefined
  readonly sportRange?: Attrs['sportRange']
  readonly dportRange?: Attrs['dportRange']
}

/** A rule by which a table of routes is chosen, as it was told, in the words of `ip rule`. */
export interface Rule extends RuleAttributes {
  readonly family: IpFamily
  readonly priority: number
  readonly from: string
  readonly to: string
  readonly iif?: string
  readonly oif?: string
  readonly tos?: number
  /** FR_ACT_*: `to_tbl` looks the table up */
  readonly action: Named<typeof FR_ACT>
  readonly table?: Named<typeof RT_TABLE>
  readonly protocol?: Named<typeof RTPROT>
  readonly flags: readonly Flag<typeof FIB_RULE>[]
  /** It holds for all that does not match. */
  readonly invert: boolean
  /** What the kernel told. Not enumerable. */
  readonly message: RuleMessage
}

/** What a rule can be given; to delete one, what it must have. */
export interface NewRule extends RuleAttributes {
  /** Of `from` or `to`, if left out; else `inet`. */
  readonly family?: IpFamily | undefined
  /** `default` (all), a network or a host */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly iif?: string | undefined
  readonly oif?: string | undefined
  readonly tos?: number | undefined
  /** `to_tbl` where a table is given, `goto` where that is, if left out. */
  readonly action?: Named<typeof FR_ACT> | undefined
  readonly table?: Named<typeof RT_TABLE> | undefined
  readonly protocol?: Named<typeof RTPROT> | undefined
  readonly invert?: boolean | undefined
  /** What the kernel says of it; not sent. */
  readonly flags?: Rule['flags'] | undefined
}

/** Which rules to list. */
export interface RuleFilter {
  readonly family?: IpFamily | undefined
  readonly table?: Rule['table'] | undefined
  readonly priority?: number | undefined
}

const attributes = {
  ...{ priority: 'priority', fwmark: 'fwmark', fwmask: 'fwmask', goto: 'goto', tunId: 'tunId', l3mdev: 'l3mdev' },
  ...{ suppressIfgroup: 'suppressIfgroup', suppressPrefixlen: 'suppressPrefixlen', uidRange: 'uidRange' },
  ...{ ipProto: 'ipProto', sportRange: 'sportRange', dportRange: 'dportRange' },
} satisfies Record<keyof RuleAttributes, keyof Attrs>
const ruleKeys = {
  ...attributes,
  ...{ family: 1, from: 1, to: 1, iif: 1, oif: 1, tos: 1, action: 1, table: 1, protocol: 1, invert: 1, flags: 1 },
} satisfies Record<keyof NewRule, unknown>
const filterKeys = { family: 1, table: 1, priority: 1 } satisfies Record<keyof RuleFilter, unknown>

/** -1: none of the two is suppressed. */
const NONE = 0xffffffff

/** A rule of its message. */
export function toRule(message: RuleMessage): Rule {
  const { attrs, dstLen, srcLen, flags } = message
  const family = familyName(message.family)
  const { suppressIfgroup, suppressPrefixlen, ...others } = renamed(attrs, attributes)
  const rule = defined({
    ...{ family, priority: 0, ...others, tos: message.tos || undefined },
    suppressIfgroup: suppressIfgroup === NONE ? undefined : suppressIfgroup,
    suppressPrefixlen: suppressPrefixlen === NONE ? undefined : suppressPrefixlen,
    ...{ from: networkText(attrs.src, srcLen, family), to: networkText(attrs.dst, dstLen, family) },
    ...{ iif: attrs.iifname, oif: attrs.oifname, action: named(FR_ACT, message.action) },
    table: message.action === FR_ACT.TO_TBL ? named(RT_TABLE, attrs.table ?? message.table) : undefined,
    protocol: attrs.protocol === undefined ? undefined : named(RTPROT, attrs.protocol),
    ...{ flags: flagsIn(FIB_RULE, flags), invert: (flags & FIB_RULE.INVERT) !== 0 },
  })
  return withMessage(rule, message) as unknown as Rule
}

function messageOf(rule: NewRule, action: number | undefined) {
  expectKeys('rule', rule, ruleKeys)
  const { from = 'default', to = 'default', iif, oif, tos, invert = false } = rule
  const address = [from, to].find((text) => text !== 'default')
  const family = rule.family ?? (typeof address === 'string' ? familyOf(address) : 'inet')
  const [src, dst] = [parseNetwork('from', from, family), parseNetwork('to', to, family)]
  const table = rule.table === undefined ? undefined : numberOf('table', RT_TABLE, rule.table)
  const protocol = rule.protocol === undefined ? undefined : numberOf('protocol', RTPROT, rule.protocol)
  return {
    ...{ family: familyNumber(family), dstLen: dst.length, srcLen: src.length, tos: tos ?? 0 },
    ...{ action: rule.action === undefined ? (action ?? 0) : numberOf('action', FR_ACT, rule.action) },
    flags: invert ? FIB_RULE.INVERT : 0,
    attrs: {
      ...renamed(rule, attributes),
      ...defined({ src: src.address, dst: dst.address, iifname: iif, oifname: oif, table, protocol }),
    },
  }
}

/** All rules, in the order in which they are asked, or those that the filter lets through. */
function* list(filter?: RuleFilter): Operation<Rule[]> {
  expectKeys('filter', filter ?? {}, filterKeys)
  const { family, table, priority } = filter ?? {}
  const wanted = table === undefined ? undefined : numberOf('table', RT_TABLE, table)
  const rules: Rule[] = []
  for (const each of family === undefined ? (['inet', 'inet6'] as const) : [family]) {
    const number = familyNumber(each)
    // The kernel has no filter, and tells all where it does not have the family.
    const found = (yield* dump('RTM_GETRULE', { family: number })).filter((message) => message.family === number)
    for (const message of found) {
      if (wanted !== undefined && (message.attrs.table ?? message.table) !== wanted) continue
      if (priority === undefined || (message.attrs.priority ?? 0) === priority) rules.push(toRule(message))
    }
  }
  return rules
}

/** The first rule of a priority; undefined where there is none. */
function* get(key: RuleFilter & { readonly priority: number }): Operation<Rule | undefined> {
  const [rule] = yield* list({ family: 'inet', ...key })
  return rule
}

/** Makes a rule. @throws {NetlinkError} `EEXIST` where there is one like it */
function* add(rule: NewRule): Operation<void> {
  const action = rule.goto === undefined ? FR_ACT.TO_TBL : FR_ACT.GOTO
  yield* change('RTM_NEWRULE', messageOf(rule, action), { create: true, excl: true })
}

/** Deletes the first rule that is all that is said. @throws {NetlinkError} `ENOENT` where there is none such */
function* remove(rule: NewRule): Operation<void> {
  yield* change('RTM_DELRULE', messageOf(rule, undefined))
}

/** Rules by which tables of routes are chosen. */
export const ruleOperations = { list, get, add, delete: remove }
