import { AF } from '../../../codec/index.js'
import { RT_SCOPE, RT_TABLE, RTN, RTPROT } from '../../../route/index.js'
import { Members } from '../members.js'
import { isIp, networkOf } from '../network.js'
import type { SaidRequest } from '../request-of.js'
import { defaultScope, tableOf } from '../route-call.js'
import { wordIn } from '../words.js'
import { encapWords } from './encap.js'
import { given, numbersOf, verbOf } from './ip-words.js'
import { labelsText } from './labels.js'
import { routeReading } from './route-reading.js'
import { flagWords, hopWords, routeOptions, viaWords } from './route-words.js'
import { type Command, device, leftIn, type Word, wordsFor } from './words.js'

const routeVerbs = { cx: 'add', cr: 'replace', ca: 'append', r: 'change', c: 'prepend', x: 'test' }

/** `ip route` */
export function routeCommand(request: SaidRequest): Command | undefined {
  const { type } = request
  if (type === 'RTM_GETROUTE') return routeReading(request)
  const {
    family = 0,
    dstLen = 0,
    srcLen = 0,
    tos = 0,
    protocol,
    scope = 0,
    type: kind = 0,
    flags = 0,
  } = numbersOf(request)
  const isDelete = type === 'RTM_DELROUTE'
  const verb = isDelete ? 'delete' : verbOf(request, routeVerbs)
  const isMpls = family === AF.MPLS
  const attrs = new Members(request.attrs)
  const table = tableOf(request.value.table, attrs.take('table'))
  const bits = flagWords(flags)
  if (verb === undefined || table === undefined || bits === undefined || !(isIp(family) || isMpls)) return undefined
  const dst = isMpls
    ? labelsText(attrs.take('dst'))
    : networkOf(dstLen === 0 ? undefined : attrs.peek('dst'), dstLen, family)
  attrs.take('dst')
  if (dst === undefined) return undefined
  const from = srcLen === 0 ? [] : ['from', networkOf(attrs.peek('src'), srcLen, family)]
  attrs.take('src')
  const encap = encapWords(attrs, request)
  const hops = hopWords(request, attrs.take('multipath'), family)
  if (encap === undefined || hops === undefined) return undefined
  const byDefault = isDelete ? RT_SCOPE.NOWHERE : isMpls ? RT_SCOPE.UNIVERSE : defaultScope(request)
  const isDefault = [RTN.UNICAST, ...(isDelete ? [RTN.UNSPEC] : [])].includes(kind as 0)
  const words: Word[] = [
    ...['ip', ...(isMpls ? ['-f', 'mpls'] : family === AF.INET6 ? ['-6'] : [])],
    ...[
      'route',
      verb,
      ...(isDefault && !(isDelete && kind === RTN.UNICAST) ? [] : [String(wordIn(RTN, kind))]),
      dst,
      ...from,
    ],
    ...(tos === 0 ? [] : ['tos', `0x${tos.toString(16)}`]),
    ...(attrs.has('newdst') ? ['as', labelsText(attrs.take('newdst')) ?? ''] : []),
    ...encap.words,
    ...viaWords(attrs, family),
    ...(attrs.has('oif') ? ['dev', device(request, attrs.take('oif') as number)] : []),
    ...(table === RT_TABLE.MAIN ? [] : ['table', String(wordIn(RT_TABLE, table))]),
    ...(protocol === (isDelete ? RTPROT.UNSPEC : RTPROT.BOOT) ? [] : ['proto', String(wordIn(RTPROT, protocol ?? 0))]),
    ...(scope === byDefault ? [] : ['scope', String(wordIn(RT_SCOPE, scope))]),
    ...given('metric', attrs.take('priority')),
    ...given('src', attrs.take('prefsrc')),
    ...given('nhid', attrs.take('nhId')),
    ...wordsFor(attrs, routeOptions, request),
    ...bits,
    ...hops.words,
  ]
  return { words, lost: [...encap.lost, ...hops.lost, ...leftIn(attrs)] }
}
