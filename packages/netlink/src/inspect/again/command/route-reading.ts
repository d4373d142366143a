import { AF } from '../../../codec/index.js'
import { IPPROTO } from '../../../constants/index.js'
import { RT_TABLE, RTM_F, RTN, RTPROT } from '../../../route/index.js'
import { Members } from '../members.js'
import { isIp } from '../network.js'
import type { SaidRequest } from '../request-of.js'
import { wordIn } from '../words.js'
import { familyOption, numbersOf } from './ip-words.js'
import { type Command, device, leftIn, link, named, type Options, option, wordsFor } from './words.js'

/** Options of `ip route get`, by the attribute. */
export const lookupOptions: Options = {
  iif: link('iif'),
  oif: link('oif'),
  mark: option('mark'),
  uid: option('uid'),
  ipProto: named('ipproto', IPPROTO),
  sport: option('sport'),
  dport: option('dport'),
  flowlabel: option('flowlabel'),
}

/** `ip route show` and `ip route get` */
export function routeReading(request: SaidRequest): Command | undefined {
  const {
    family = 0,
    dstLen = 0,
    srcLen = 0,
    tos = 0,
    table = 0,
    flags = 0,
    protocol = 0,
    type = 0,
    scope = 0,
  } = numbersOf(request)
  const attrs = new Members(request.attrs)
  const number = attrs.number('table') ?? table
  if (request.isDump) {
    if (!isIp(family) && family !== AF.MPLS) return undefined
    const oif = attrs.number('oif')
    const words = [
      ...['ip', ...(family === AF.MPLS ? ['-f', 'mpls'] : familyOption(family)), 'route', 'show'],
      ...((flags & RTM_F.CLONED) === 0 ? [] : ['cache']),
      ...['table', number === 0 ? 'all' : String(wordIn(RT_TABLE, number))],
      ...(oif === undefined ? [] : ['dev', device(request, oif)]),
      ...(protocol === 0 ? [] : ['proto', String(wordIn(RTPROT, protocol))]),
      ...(type === 0 ? [] : ['type', String(wordIn(RTN, type))]),
    ]
    return dstLen + srcLen + tos + scope === 0 ? { words, lost: leftIn(attrs.ignore('extMask')) } : undefined
  }
  const dst = attrs.text('dst')
  if (dst === undefined || !isIp(family)) return undefined
  const from = attrs.text('src')
  const words = [
    ...['ip', 'route', 'get', ...((flags & RTM_F.FIB_MATCH) === 0 ? [] : ['fibmatch'])],
    dst,
    ...(from === undefined ? [] : ['from', from]),
    ...(tos === 0 ? [] : ['tos', `0x${tos.toString(16)}`]),
    ...wordsFor(attrs, lookupOptions, request),
  ]
  return { words, lost: leftIn(attrs) }
}
