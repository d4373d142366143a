import { BR_STATE } from '../../../route/index.js'
import { areZero } from '../call.js'
import { Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { wordIn } from '../words.js'
import { isBridge, range, sides, vlanInfo } from './bridge-words.js'
import { bridgeSlave } from './link-bridge.js'
import { type Command, device, leftIn, type Options, onOff, option, wordsFor } from './words.js'

/** BRIDGE_FLAGS_*, linux/if_bridge.h */
const flagsMaster = 1
const flagsSelf = 2

/** Options of `bridge link set`. */
export const portOptions: Options = {
  ...bridgeSlave,
  neighVlanSuppress: onOff('neigh_vlan_suppress'),
  backupNhid: option('backup_nhid'),
}

/** Options of `bridge mst set`, which sets one state. */
export const mstOptions: Options = {
  entry: ([entry, ...more]: readonly { msti: number; state: number }[]) =>
    entry === undefined || more.length > 0
      ? undefined
      : ['msti', String(entry.msti), 'state', String(wordIn(BR_STATE, entry.state))],
}

/** Returns `self` and `master` for the flags of a request. */
export const bridgeFlags = (flags: number) => sides(flags, flagsSelf, flagsMaster)

/** A VLAN or a range of them, with its flags, and the ids of a tunnel. */
interface Vlans {
  readonly vid: string
  readonly flags: number
  readonly ids?: string
}

/** Returns the words after `vid`: `100-110 pvid untagged`. */
export const vlanWords = ({ vid, flags, ids }: Vlans): string[] => [
  vid,
  ...(ids === undefined ? [] : ['tunnel_info', 'id', ids]),
  ...((flags & vlanInfo.PVID) === 0 ? [] : ['pvid']),
  ...((flags & vlanInfo.UNTAGGED) === 0 ? [] : ['untagged']),
]

/** Returns the VLANs of a list with one VLAN or one range. */
export function vlanOf(list: unknown): Vlans | undefined {
  if (!Array.isArray(list) || list.length === 0 || list.length > 2) return undefined
  const [first, last] = list as readonly { vid: number; flags: number; id?: number }[]
  if (first === undefined) return undefined
  const isRange = last !== undefined
  const ends = isRange
    ? (first.flags & vlanInfo.RANGE_BEGIN) !== 0 && (last.flags & vlanInfo.RANGE_END) !== 0
    : (first.flags & 24) === 0
  if (!ends) return undefined
  return {
    vid: range(first.vid, last?.vid),
    flags: first.flags & ~24,
    ...(first.id !== undefined && { ids: range(first.id, last?.id) }),
  }
}

/** `bridge link` and `bridge vlan`, for RTM_SETLINK and RTM_DELLINK of a port. */
export function portCommand(request: SaidRequest): Command | undefined {
  const { type, value, isDump } = request
  const index = (value.index ?? 0) as number
  if (!isBridge(request)) return undefined
  const attrs = new Members(request.attrs)
  if (type === 'RTM_GETLINK') return isDump && areZero(value, 'index') ? showing(attrs) : undefined
  if (index === 0 || !areZero(value, 'flags', 'change', 'type') || (type !== 'RTM_SETLINK' && type !== 'RTM_DELLINK'))
    return undefined
  const spec = new Members(attrs.take('afSpec'))
  const side = bridgeFlags(spec.number('flags') ?? 0)
  const dev = ['dev', device(request, index)]
  if (attrs.has('protinfo') && type === 'RTM_SETLINK') {
    const port = attrs.nest('protinfo')
    const words = wordsFor(port, portOptions, request)
    return {
      words: ['bridge', 'link', 'set', ...dev, ...words, ...side],
      lost: [...leftIn(port, 'protinfo.'), ...leftIn(spec, 'afSpec.'), ...leftIn(attrs)],
    }
  }
  const mst = spec.nest('mst')
  if (mst.has('entry') && type === 'RTM_SETLINK') {
    const words = wordsFor(mst, mstOptions, request)
    if (words.length === 0) return undefined
    return { words: ['bridge', 'mst', 'set', ...dev, ...words], lost: [...leftIn(spec, 'afSpec.'), ...leftIn(attrs)] }
  }
  const verb = type === 'RTM_DELLINK' ? 'del' : 'add'
  const vlan = spec.has('vlanTunnelInfo') ? vlanOf(spec.take('vlanTunnelInfo')) : vlanOf(spec.take('vlanInfo'))
  if (vlan === undefined) return undefined
  const words = ['bridge', 'vlan', verb, ...dev, 'vid', ...vlanWords(vlan), ...side]
  return { words, lost: [...leftIn(spec, 'afSpec.'), ...leftIn(attrs)] }
}

/** RTEXT_FILTER_BRVLAN and RTEXT_FILTER_BRVLAN_COMPRESSED, linux/rtnetlink.h: a dump of VLANs, else one of ports. */
function showing(attrs: Members): Command {
  const mask = attrs.number('extMask') ?? 0
  return {
    words: [
      'bridge',
      ...((mask & 4) !== 0 ? ['-compressedvlans', 'vlan'] : (mask & 2) !== 0 ? ['vlan'] : ['link']),
      'show',
    ],
    lost: leftIn(attrs),
  }
}
