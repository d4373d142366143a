import { AF } from '../../../codec/index.js'
import { IPPROTO } from '../../../constants/index.js'
import { FIB_RULE, FR_ACT, RT_TABLE, RTPROT } from '../../../route/index.js'
import { Members } from '../members.js'
import { isIp, networkOf } from '../network.js'
import type { SaidRequest } from '../request-of.js'
import { tableOf } from '../route-call.js'
import { wordIn } from '../words.js'
import { familyOption, given, numbersOf, verbOf } from './ip-words.js'
import { realmsText } from './route-words.js'
import { type Command, type Format, leftIn, named, type Options, option, wordsFor } from './words.js'

/** A range of ports or user ids. One port has no end. */
const range =
  (word: string): Format =>
  ({ start, end }: { start: number; end: number }) => [
    word,
    start === end && word !== 'uidrange' ? String(start) : `${start}-${end}`,
  ]

/** Options of `ip rule`, by the attribute, apart from the networks, the table and the action. */
export const ruleMatches: Options = {
  iifname: option('iif'),
  oifname: option('oif'),
  fwmark: (mark: number, { attrs: { fwmask } }) => [
    'fwmark',
    `0x${mark.toString(16)}${typeof fwmask === 'number' ? `/0x${fwmask.toString(16)}` : ''}`,
  ],
  fwmask: (_: number, { attrs: { fwmark } }) => (fwmark === undefined ? undefined : []),
  dscp: option('dscp'),
  ipProto: named('ipproto', IPPROTO),
  sportRange: range('sport'),
  dportRange: range('dport'),
  uidRange: range('uidrange'),
  tunId: option('tun_id'),
  priority: option('priority'),
  flow: (flow: number) => ['realms', realmsText(flow)],
  suppressPrefixlen: option('suppress_prefixlength'),
  suppressIfgroup: option('suppress_ifgroup'),
  // Without a protocol, the command names `boot`.
  protocol: (protocol: number) => (protocol === RTPROT.BOOT ? [] : ['protocol', String(wordIn(RTPROT, protocol))]),
  l3mdev: (value: number) => (value === 1 ? ['l3mdev'] : undefined),
  goto: option('goto'),
}

/** `ip rule` */
export function ruleCommand(request: SaidRequest): Command | undefined {
  const { type } = request
  const { family = 0, dstLen = 0, srcLen = 0, tos = 0, action = 0, flags = 0 } = numbersOf(request)
  const attrs = new Members(request.attrs)
  if (type === 'RTM_GETRULE') {
    if (!request.isDump) return undefined
    const table = attrs.number('table')
    return {
      words: ['ip', ...familyOption(family), 'rule', 'show', ...given('table', table && wordIn(RT_TABLE, table))],
      lost: leftIn(attrs),
    }
  }
  const verb = type === 'RTM_DELRULE' ? 'delete' : verbOf(request, { cx: 'add' })
  const table = tableOf(request.value.table, attrs.take('table'))
  if (verb === undefined || table === undefined || !isIp(family) || (flags & ~FIB_RULE.INVERT) !== 0) return undefined
  const network = (word: string, key: string, length: number) => {
    const address = attrs.take(key)
    return length === 0 ? [] : [word, networkOf(address, length, family)]
  }
  const [from, to] = [network('from', 'src', srcLen), network('to', 'dst', dstLen)]
  const hasTable = table !== 0 && (action === FR_ACT.TO_TBL || type === 'RTM_DELRULE')
  const isLookup = action === FR_ACT.TO_TBL || action === FR_ACT.UNSPEC || attrs.has('goto')
  const words = [
    ...['ip', ...(family === AF.INET6 ? ['-6'] : []), 'rule', verb],
    ...((flags & FIB_RULE.INVERT) === 0 ? [] : ['not']),
    ...[...from, ...to],
    ...(tos === 0 ? [] : ['tos', `0x${tos.toString(16)}`]),
    ...wordsFor(attrs, ruleMatches, request),
    ...(hasTable ? ['table', String(wordIn(RT_TABLE, table))] : []),
    ...(isLookup ? [] : [String(wordIn(FR_ACT, action))]),
  ]
  // A deletion without a table names no action.
  const lostAction = type === 'RTM_DELRULE' && action === FR_ACT.TO_TBL ? ['action'] : []
  return { words, lost: [...lostAction, ...leftIn(attrs)] }
}
