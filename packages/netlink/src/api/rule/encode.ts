import { ArgumentError } from '../../codec/error.js'
import { IPPROTO } from '../../constants/ip.js'
import { FIB_RULE, FR_ACT, type RuleMessage } from '../../route/index.js'
import { type Accepted, BOOLEAN, integers, shortText, U16, U32, U64 } from '../values/accepted.js'
import { familyNumber, familyOf, type IpFamily, parseNetwork } from '../values/ip-text.js'
import { bitsOf, numberOf, protocolNumber, tableNumber, tosNumber } from '../values/names.js'
import { checkKeys, defined, renamed } from '../values/objects.js'
import { encodeRealms } from '../values/realms.js'
import { ruleAttributes } from './decode.js'
import type { NewRule } from './types.js'

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Accepts two numbers in order, from `least` to `most`: nla_get_port_range(), nla_get_kuid_range(). */
const range = (least: number, most: number): Accepted => ({
  allowed: `{ start, end } from ${least} to ${most}, in order`,
  fits: (value) =>
    isObject(value) &&
    [value.start, value.end].every((each) => integers(least, most).fits(each)) &&
    Number(value.start) <= Number(value.end),
})
const ports = range(1, 65534)
const linkName = shortText(15)

/** The options of a rule, with the values that the kernel accepts: fib_rule_policy, net/core/fib_rules.c */
export const ruleKeys = {
  ...{ priority: U32, family: 1, from: 1, to: 1, action: 1, table: 1, protocol: 1, realms: 1, flags: 1 },
  ...{ iif: linkName, oif: linkName, tos: 1, invert: BOOLEAN, fwmark: U32, fwmask: U32, goto: U32 },
  ...{ suppressIfgroup: U32, suppressPrefixlen: U32, l3mdev: integers(1, 1), ipProto: 1 },
  tunId: U64,
  ...{ uidRange: range(0, 0xffffffff), sportRange: ports, dportRange: ports, sportMask: U16, dportMask: U16 },
  ...{ dscp: integers(0, 63), dscpMask: integers(0, 63), flowlabel: integers(0, 0xfffff) },
  flowlabelMask: integers(0, 0xfffff),
} satisfies Record<keyof NewRule, unknown>

/** Flags that a request can set; the kernel reports the others. */
export const SETTABLE = FIB_RULE.PERMANENT | FIB_RULE.INVERT | FIB_RULE.FIND_SADDR

/** Options of one family. The kernel ignores them in a rule of the other. */
const onlyOf = { inet: ['realms'], inet6: ['flowlabel', 'flowlabelMask'] } as const

/** Parses a network; without an address for `0.0.0.0/0`, because the kernel reports none. */
function networkOf(key: string, text: string, family: IpFamily) {
  const { address, length } = parseNetwork(key, text, family)
  return { length, address: length === 0 ? undefined : address }
}

/** Returns the message of a rule, without defaults for options that are left out. @throws {TypeError} */
export function encodeRule(rule: NewRule): RuleMessage {
  checkKeys('rule', rule, ruleKeys)
  const { from = 'default', to = 'default', iif, oif, invert = false, flags = [], realms } = rule
  const address = [from, to].find((text) => text !== 'default')
  const family = rule.family ?? (typeof address === 'string' ? familyOf(address) : 'inet')
  familyNumber(family)
  for (const key of onlyOf[family === 'inet' ? 'inet6' : 'inet'])
    if (rule[key] !== undefined)
      throw new ArgumentError(
        `expected ${key} only with ${family === 'inet' ? 'inet6' : 'inet'}, got it with ${family}`,
      )
  const [src, dst] = [networkOf('from', from, family), networkOf('to', to, family)]
  const table = rule.table === undefined ? undefined : tableNumber(rule.table)
  const ipProto = rule.ipProto === undefined ? undefined : numberOf('ipProto of rule', IPPROTO, rule.ipProto)
  const protocol = rule.protocol === undefined ? undefined : protocolNumber(rule.protocol)
  return {
    ...{
      family: familyNumber(family),
      dstLen: dst.length,
      srcLen: src.length,
      tos: tosNumber('rule', rule.tos) ?? 0,
      table: 0,
    },
    action: rule.action === undefined ? FR_ACT.UNSPEC : numberOf('action', FR_ACT, rule.action),
    flags: (invert ? FIB_RULE.INVERT : 0) | (bitsOf('flags', FIB_RULE, flags) & SETTABLE),
    attrs: {
      ...renamed(rule, ruleAttributes),
      ...defined({ src: src.address, dst: dst.address, iifname: iif, oifname: oif, table, protocol, ipProto }),
      ...defined({ flow: encodeRealms(realms) }),
    },
  }
}
