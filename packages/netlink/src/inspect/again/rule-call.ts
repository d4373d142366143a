import { familyName } from '../../api/values/ip-text.js'
import { AF, flagNames } from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'
import { FIB_RULE, FR_ACT, RT_TABLE, RTPROT } from '../../route/index.js'
import { call, defined, verbOf } from './call.js'
import { Members } from './members.js'
import { isIp, networkOf } from './network.js'
import type { SaidRequest } from './request-of.js'
import { realmsOf, tableOf } from './route-call.js'
import { wordIn } from './words.js'

/** Options that are attributes with the same value. */
const plain = [
  ...['priority', 'fwmark', 'fwmask', 'goto', 'tunId', 'l3mdev', 'suppressIfgroup', 'suppressPrefixlen', 'uidRange'],
  ...['sportRange', 'dportRange', 'sportMask', 'dportMask', 'dscp', 'dscpMask', 'flowlabel', 'flowlabelMask'],
]

/** Returns RTM_NEWRULE as a call of `nl.rule`; undefined for what the API cannot express. It looks up a rule before it deletes it. */
export function ruleCall(request: SaidRequest): string | undefined {
  const { type, value } = request
  const { family, dstLen = 0, srcLen = 0, tos = 0, action = 0, flags = 0 } = value as Readonly<Record<string, number>>
  if (type !== 'RTM_NEWRULE' || verbOf(request) !== 'add' || !isIp(family)) return undefined
  const attrs = new Members(request.attrs)
  const table = tableOf(value.table, attrs.take('table'))
  const [src, dst] = [attrs.take('src'), attrs.take('dst')]
  // An address without a prefix means nothing.
  const [from, to] = [networkOf(srcLen && src, srcLen, family), networkOf(dstLen && dst, dstLen, family)]
  const settable = FIB_RULE.PERMANENT | FIB_RULE.INVERT | FIB_RULE.FIND_SADDR
  const [ipProto, protocol] = [attrs.number('ipProto'), attrs.number('protocol')]
  const isGoto = attrs.has('goto')
  const names = flagNames(FIB_RULE, flags & ~FIB_RULE.INVERT)
  const needsTable = action === FR_ACT.TO_TBL && !attrs.has('l3mdev')
  if (table === undefined || (needsTable && table === 0) || (flags & ~settable) !== 0) return undefined
  const isV6 = [from, to].some((text) => text?.includes(':'))
  const options = defined({
    family: family === AF.INET6 && !isV6 ? familyName(family) : undefined,
    invert: (flags & FIB_RULE.INVERT) === 0 ? undefined : true,
    from: from === 'default' ? undefined : from,
    to: to === 'default' ? undefined : to,
    iif: attrs.take('iifname'),
    oif: attrs.take('oifname'),
    tos: tos === 0 ? undefined : tos,
    action: action === (isGoto ? FR_ACT.GOTO : FR_ACT.TO_TBL) ? undefined : wordIn(FR_ACT, action),
    table: table === 0 || (needsTable && table === RT_TABLE.MAIN) ? undefined : wordIn(RT_TABLE, table),
    ipProto: ipProto === undefined ? undefined : wordIn(IPPROTO, ipProto),
    protocol: protocol === undefined ? undefined : wordIn(RTPROT, protocol),
    realms: realmsOf(attrs.take('flow')),
    flags: names.length === 0 ? undefined : names,
    ...Object.fromEntries(plain.map((key) => [key, attrs.take(key)])),
  })
  return attrs.left.length > 0 || action === FR_ACT.UNSPEC ? undefined : call('rule.add', options)
}
