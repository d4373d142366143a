import { NTF, NUD } from '../../../route/index.js'
import { verbOf } from '../call.js'
import { Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { isBridge, sides } from './bridge-words.js'
import { type Command, device, leftIn, link, type Options, option, type Word, wordsFor } from './words.js'

/** States of entries as `bridge fdb` names them. `permanent` is the default, and sent together with NOARP. */
export const fdbStates: ReadonlyMap<number, string> = new Map([
  [NUD.PERMANENT | NUD.NOARP, 'permanent'],
  [NUD.NOARP | NUD.REACHABLE, 'static'],
  [NUD.REACHABLE, 'dynamic'],
  [NUD.NOARP, 'static'],
])

/** Options of `bridge fdb`, by the attribute. */
export const fdbOptions: Options = {
  dst: option('dst'),
  port: option('port'),
  vlan: option('vlan'),
  vni: option('vni'),
  srcVni: option('src_vni'),
  nhId: option('nhid'),
  ifindex: link('via'),
}

/** `bridge fdb` */
export function fdbCommand(request: SaidRequest): Command | undefined {
  const { type, value } = request
  if (!isBridge(request)) return undefined
  const { ifindex = 0, state = 0, flags = 0 } = value as Readonly<Record<string, number>>
  const attrs = new Members(request.attrs)
  if (type === 'RTM_GETNEIGH' && request.isDump) {
    const [master, port] = [attrs.number('master'), ifindex || undefined]
    const words = [
      ...['bridge', 'fdb', 'show'],
      ...(master === undefined ? [] : ['br', device(request, master)]),
      ...(port === undefined ? [] : ['brport', device(request, port)]),
    ]
    return { words, lost: leftIn(attrs.ignore('extMask')) }
  }
  const mac = attrs.text('lladdr')
  const isDelete = type === 'RTM_DELNEIGH'
  const verb = isDelete ? 'del' : verbOf(request)
  const known = NTF.SELF | NTF.MASTER | NTF.USE | NTF.EXT_LEARNED | NTF.STICKY | NTF.ROUTER
  if (mac === undefined || verb === undefined || type === 'RTM_GETNEIGH' || ifindex === 0 || (flags & ~known) !== 0)
    return undefined
  const kind = fdbStates.get(state)
  if (kind === undefined && !isDelete) return undefined
  const words: Word[] = [
    ...['bridge', 'fdb', verb, mac, 'dev', device(request, ifindex)],
    ...wordsFor(attrs, fdbOptions, request),
    ...sides(flags, NTF.SELF, NTF.MASTER),
    ...((flags & NTF.USE) === 0 ? [] : ['use']),
    ...((flags & NTF.ROUTER) === 0 ? [] : ['router']),
    ...((flags & NTF.EXT_LEARNED) === 0 ? [] : ['extern_learn']),
    ...((flags & NTF.STICKY) === 0 ? [] : ['sticky']),
    ...(kind === undefined ? [] : [kind]),
  ]
  return { words, lost: leftIn(attrs) }
}
