import { AF } from '../../../codec/index.js'
import { ETH_P } from '../../../constants/index.js'
import { BR_STATE, NTF, NUD, RTPROT } from '../../../route/index.js'
import { areZero } from '../call.js'
import { Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { wordIn } from '../words.js'
import { queryOptions, slaveKinds } from './link-kinds.js'
import { type Command, device, leftIn, link, named, type Options, onOff, option, type Word, wordsFor } from './words.js'

/** Commands of `bridge`: messages of the family AF_BRIDGE, and those of VLANs, multicast groups and VNIs. */

const isBridge = ({ value }: SaidRequest) => value.family === AF.BRIDGE

/** The words of `self` and `master`, which the flags of a request name. */
const sides = (flags: number, self: number, master: number) => [
  ...((flags & self) === 0 ? [] : ['self']),
  ...((flags & master) === 0 ? [] : ['master']),
]

function verbOf({ create, excl, replace, append }: SaidRequest): string | undefined {
  if (!create) return undefined
  if (excl) return replace || append ? undefined : 'add'
  if (replace) return append ? undefined : 'replace'
  return append ? 'append' : undefined
}

const fdbOptions: Options = {
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
  // `permanent` is the default, and sent together with NOARP.
  const kinds: readonly (readonly [number, string])[] = [
    [NUD.PERMANENT | NUD.NOARP, 'permanent'],
    [NUD.NOARP | NUD.REACHABLE, 'static'],
    [NUD.REACHABLE, 'dynamic'],
    [NUD.NOARP, 'static'],
  ]
  const kind = kinds.find(([bits]) => bits === state)?.[1]
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

/** BRIDGE_FLAGS_*, linux/if_bridge.h */
const flagsMaster = 1
const flagsSelf = 2
/** BRIDGE_VLAN_INFO_*, linux/if_bridge.h */
const vlanInfo = { PVID: 2, UNTAGGED: 4, RANGE_BEGIN: 8, RANGE_END: 16, ONLY_OPTS: 64 }

const range = (start: unknown, end: unknown) => (end === undefined || end === start ? String(start) : `${start}-${end}`)

/** Returns the VLANs of a list with one VLAN or one range. */
function vlanOf(list: unknown): { vid: string; flags: number; ids?: string } | undefined {
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
  const side = sides(spec.number('flags') ?? 0, flagsSelf, flagsMaster)
  const dev = ['dev', device(request, index)]
  if (attrs.has('protinfo') && type === 'RTM_SETLINK') {
    const port = attrs.nest('protinfo')
    const words = wordsFor(
      port,
      {
        ...(slaveKinds.bridge as Options),
        neighVlanSuppress: onOff('neigh_vlan_suppress'),
        backupNhid: option('backup_nhid'),
      },
      request,
    )
    return {
      words: ['bridge', 'link', 'set', ...dev, ...words, ...side],
      lost: [...leftIn(port, 'protinfo.'), ...leftIn(spec, 'afSpec.'), ...leftIn(attrs)],
    }
  }
  const mst = spec.nest('mst')
  if (mst.has('entry') && type === 'RTM_SETLINK') {
    const [entry, ...more] = mst.take('entry') as readonly { msti: number; state: number }[]
    if (entry === undefined || more.length > 0) return undefined
    const state = String(wordIn(BR_STATE, entry.state))
    return {
      words: ['bridge', 'mst', 'set', ...dev, 'msti', String(entry.msti), 'state', state],
      lost: [...leftIn(spec, 'afSpec.'), ...leftIn(attrs)],
    }
  }
  const verb = type === 'RTM_DELLINK' ? 'del' : 'add'
  const tunnel = spec.has('vlanTunnelInfo') ? vlanOf(spec.take('vlanTunnelInfo')) : undefined
  const vlan = tunnel ?? vlanOf(spec.take('vlanInfo'))
  if (vlan === undefined) return undefined
  const words = [
    ...['bridge', 'vlan', verb, ...dev, 'vid', vlan.vid],
    ...(tunnel === undefined ? [] : ['tunnel_info', 'id', tunnel.ids ?? '0']),
    ...((vlan.flags & vlanInfo.PVID) === 0 ? [] : ['pvid']),
    ...((vlan.flags & vlanInfo.UNTAGGED) === 0 ? [] : ['untagged']),
    ...side,
  ]
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

const vlanOptions: Options = {
  state: named('state', BR_STATE),
  mcastRouter: option('mcast_router'),
  mcastMaxGroups: option('mcast_max_groups'),
  neighSuppress: onOff('neigh_suppress'),
}
const globalOptions: Options = {
  mcastSnooping: option('mcast_snooping'),
  mcastQuerier: option('mcast_querier'),
  mcastIgmpVersion: option('mcast_igmp_version'),
  mcastMldVersion: option('mcast_mld_version'),
  ...queryOptions,
  msti: option('msti'),
}

/** `bridge vlan set`, `bridge vlan global set` and `bridge vlan global show` */
export function vlanCommand(request: SaidRequest): Command | undefined {
  const { type, value } = request
  const index = (value.ifindex ?? 0) as number
  const attrs = new Members(request.attrs)
  if (type === 'RTM_GETVLAN') {
    // BRIDGE_VLANDB_DUMPF_GLOBAL
    if (attrs.number('flags') !== 2) return undefined
    const dev = index === 0 ? [] : ['dev', device(request, index)]
    return { words: ['bridge', 'vlan', 'global', 'show', ...dev], lost: leftIn(attrs) }
  }
  if (type !== 'RTM_NEWVLAN' || request.flags !== 0 || index === 0) return undefined
  const dev = ['dev', device(request, index)]
  if (attrs.has('globalOptions')) {
    const entry = single(attrs.take('globalOptions'))
    if (entry === undefined) return undefined
    const vid = range(entry.take('id'), entry.take('range'))
    const words = wordsFor(entry, globalOptions, request)
    return {
      words: ['bridge', 'vlan', 'global', 'set', ...dev, 'vid', vid, ...words],
      lost: [...leftIn(entry, 'globalOptions.'), ...leftIn(attrs)],
    }
  }
  const entry = single(attrs.take('entry'))
  const info = entry?.take('info') as { vid: number; flags: number } | undefined
  if (entry === undefined || info?.flags !== vlanInfo.ONLY_OPTS) return undefined
  const vid = range(info.vid, entry.take('range'))
  return {
    words: ['bridge', 'vlan', 'set', ...dev, 'vid', vid, ...wordsFor(entry, vlanOptions, request)],
    lost: [...leftIn(entry, 'entry.'), ...leftIn(attrs)],
  }
}

/** Returns the only element of a list. */
const single = (list: unknown) => (Array.isArray(list) && list.length === 1 ? new Members(list[0]) : undefined)

const groupText = ({ proto, u }: { proto: number; u: unknown }) =>
  typeof u === 'string' && (proto === ETH_P.IP || proto === ETH_P.IPV6 || proto === 0) ? u : undefined

const mdbOptions: Options = {
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

/** `bridge vni` */
export function vniCommand(request: SaidRequest): Command | undefined {
  const { type, value, isDump } = request
  const { ifindex = 0, flags = 0 } = value as Readonly<Record<string, number>>
  const attrs = new Members(request.attrs)
  const dev = ifindex === 0 ? [] : ['dev', device(request, ifindex)]
  if (type === 'RTM_GETTUNNEL' && isDump)
    return { words: ['bridge', ...((flags & 1) === 0 ? [] : ['-s']), 'vni', 'show', ...dev], lost: leftIn(attrs) }
  const entry = single(attrs.take('entry'))
  if (entry === undefined || ifindex === 0 || flags !== 0) return undefined
  const vni = range(entry.take('start'), entry.take('end'))
  const groups = ['group', 'group6'].map((key) => entry.take(key)).filter((each) => each !== undefined)
  const words = [
    'bridge',
    'vni',
    type === 'RTM_DELTUNNEL' ? 'del' : 'add',
    'vni',
    vni,
    ...groups.flatMap((each) => ['remote', String(each)]),
    ...dev,
  ]
  return { words, lost: [...leftIn(entry, 'entry.'), ...leftIn(attrs)] }
}
