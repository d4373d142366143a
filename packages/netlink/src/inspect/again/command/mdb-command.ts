import { ETH_P } from '../../../constants/index.js'
import { RTPROT } from '../../../route/index.js'
import { verbOf } from '../call.js'
import { Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { type Command, device, leftIn, link, named, type Options, option, wordsFor } from './words.js'

const groupText = ({ proto, u }: { proto: number; u: unknown }) =>
  typeof u === 'string' && (proto === ETH_P.IP || proto === ETH_P.IPV6 || proto === 0) ? u : undefined

/** Options of `bridge mdb`, by the attribute. */
export const mdbOptions: Options = {
  source: option('src'),
  groupMode: (mode: number) => ['filter_mode', mode === 0 ? 'exclude' : 'include'],
  srcList: ({ entry }: { entry?: readonly { address: string }[] }) =>
    entry === undefined ? undefined : ['source_list', entry.map(({ address }) => address).join(',')],
  rtprot: named('proto', RTPROT),
  dst: option('dst'),
  dstPort: option('dst_port'),
  vni: option('vni'),
  srcVni: option('src_vni'),
  ifindex: link('via'),
}

/** `bridge mdb` */
export function mdbCommand(request: SaidRequest): Command | undefined {
  const { type, value, isDump } = request
  const index = (value.ifindex ?? 0) as number
  const attrs = new Members(request.attrs)
  if (type === 'RTM_GETMDB' && isDump) return { words: ['bridge', 'mdb', 'show'], lost: leftIn(attrs) }
  const verb = type === 'RTM_GETMDB' ? 'get' : type === 'RTM_DELMDB' ? 'del' : verbOf(request)
  const key = verb === 'get' ? 'getEntry' : 'setEntry'
  const entry = attrs.take(key) as
    | { ifindex: number; state: number; flags: number; vid: number; addr: { proto: number; u: unknown } }
    | undefined
  const more = new Members(attrs.take(`${key}Attrs`))
  const group = entry && groupText(entry.addr)
  if (verb === undefined || verb === 'append' || entry === undefined || group === undefined || entry.flags !== 0)
    return undefined
  const words = [
    ...['bridge', 'mdb', verb, 'dev', device(request, index)],
    ...(entry.ifindex === 0 ? [] : ['port', device(request, entry.ifindex)]),
    ...['grp', group],
    ...wordsFor(more, mdbOptions, request),
    ...(entry.state === 1 ? ['permanent'] : []),
    ...(entry.vid === 0 ? [] : ['vid', String(entry.vid)]),
  ]
  return { words, lost: [...leftIn(more, `${key}Attrs.`), ...leftIn(attrs)] }
}
