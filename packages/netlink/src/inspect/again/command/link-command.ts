import { AF, flagNames } from '../../../codec/index.js'
import { IFF, IN6_ADDR_GEN_MODE } from '../../../route/index.js'
import { areZero } from '../call.js'
import { type Bag, isBag, Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { linkKinds, slaveKinds } from './link-kinds.js'
import { type Command, device, leftIn, link, named, type Options, option, type Word, wordsFor } from './words.js'

const settings: Options = {
  txqlen: option('txqueuelen'),
  address: option('address'),
  broadcast: option('broadcast'),
  mtu: option('mtu'),
}
const creation: Options = {
  numTxQueues: option('numtxqueues'),
  numRxQueues: option('numrxqueues'),
  gsoMaxSize: option('gso_max_size'),
  gsoMaxSegs: option('gso_max_segs'),
  groMaxSize: option('gro_max_size'),
  gsoIpv4MaxSize: option('gso_ipv4_max_size'),
  groIpv4MaxSize: option('gro_ipv4_max_size'),
  netNsPid: option('netns'),
  linkNetnsid: option('link-netnsid'),
  master: link('master', 'nomaster'),
}
const changes: Options = {
  ifalias: option('alias'),
  carrier: (on: number) => ['carrier', on === 0 ? 'off' : 'on'],
  protoDown: (on: number) => ['protodown', on === 0 ? 'off' : 'on'],
  group: option('group'),
}
const afSpec: Options = {
  afSpec: (value: unknown, request) => {
    const mode =
      isBag(value) && Object.keys(value).length === 1 ? (value.inet6 as Bag | undefined)?.addrGenMode : undefined
    return typeof mode === 'number' ? named('addrgenmode', IN6_ADDR_GEN_MODE)(mode as never, request) : undefined
  },
}

/** Options of `ip link add` and `ip link set` apart from those of a kind, by the attribute. */
export const linkOptions: Options = { ...settings, ...creation, ...changes, ...afSpec }
/** Options of the other end of a veth. */
export const peerOptions: Options = { ...settings, ...creation }

/** Flags of a link with a word of `ip link set`. `NOARP` and `NOTRAILERS` are the reverse of their words. */
const flagWords: Readonly<Record<string, readonly [set: string, clear: string]>> = {
  UP: ['up', 'down'],
  NOARP: ['arp off', 'arp on'],
  DYNAMIC: ['dynamic on', 'dynamic off'],
  MULTICAST: ['multicast on', 'multicast off'],
  ALLMULTI: ['allmulticast on', 'allmulticast off'],
  PROMISC: ['promisc on', 'promisc off'],
  NOTRAILERS: ['trailers off', 'trailers on'],
}

/** Returns the words for the flags of a header; undefined if one has no word. */
export function flagsOf({ flags = 0, change = 0 }: { flags?: number; change?: number }): readonly string[] | undefined {
  if ((flags & ~change) !== 0) return undefined
  const words = flagNames(IFF, change).map((name) => {
    const found = Object.hasOwn(flagWords, name) ? flagWords[name] : undefined
    return found?.[(flags & (IFF.values as Record<string, number>)[name]!) === 0 ? 1 : 0]
  })
  return words.includes(undefined) ? undefined : words.flatMap((word) => word?.split(' ') ?? [])
}

/** The other end of a veth: its options follow the word `peer`. */
function peerWords(peer: unknown, request: SaidRequest): { words: Word[]; lost: string[] } {
  const { attrs, ...header } = isBag(peer) ? peer : {}
  const members = new Members(attrs)
  const name = members.text('ifname')
  const index = typeof header.index === 'number' && header.index !== 0 ? ['index', String(header.index)] : []
  const words = [...(name === undefined ? [] : ['name', name]), ...index, ...wordsFor(members, peerOptions, request)]
  const lost = areZero(header, 'flags', 'change', 'family', 'type') ? [] : ['flags']
  return { words: words.length === 0 ? [] : ['peer', ...words], lost: [...lost, ...leftIn(members)] }
}

/** Returns the options of the data of a kind, or of a port of that kind; undefined if the kind has none here. */
export function dataOptions(kind: unknown, isSlave: boolean): Options | undefined {
  const kinds = isSlave ? slaveKinds : linkKinds
  return typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
}

/** Returns the words from `type` on: the kind and its data, or the data of a port. */
export function kindWords(linkinfo: unknown, request: SaidRequest): { words: Word[]; lost: string[] } | undefined {
  if (linkinfo === undefined) return { words: [], lost: [] }
  const info = new Members(linkinfo)
  const [kind, slaveKind] = [info.text('kind'), info.text('slaveKind')]
  const slave = slaveKind ?? (kind?.endsWith('_slave') ? kind.slice(0, -6) : undefined)
  if (slave !== undefined && info.has('slaveData') && !info.has('data')) {
    const options = dataOptions(slave, true)
    const data = info.nest('slaveData')
    if (options === undefined) return undefined
    const words = wordsFor(data, options, request)
    const lost = [...leftIn(data, 'linkinfo.slaveData.'), ...leftIn(info, 'linkinfo.')]
    return { words: ['type', `${slave}_slave`, ...words], lost }
  }
  const options = dataOptions(kind, false)
  if (kind === undefined || options === undefined) return undefined
  const given = info.take('data')
  const data = new Members(given)
  const words = wordsFor(data, options, request)
  const peer = data.has('peer') ? peerWords(data.take('peer'), request) : { words: [], lost: [] }
  // Data without a declaration is bytes.
  const raw = given === undefined || isBag(given) ? [] : ['linkinfo.data']
  const lost = [
    ...raw,
    ...leftIn(data, 'linkinfo.data.'),
    ...peer.lost.map((path) => `linkinfo.data.peer.${path}`),
    ...leftIn(info, 'linkinfo.'),
  ]
  return { words: ['type', kind, ...words, ...peer.words], lost }
}

/** Returns a request of links as a command; undefined if iproute2 has none. */
export function linkCommand(request: SaidRequest): Command | undefined {
  const { type, value } = request
  const index = (value.index ?? 0) as number
  // `ip link show` sends AF_PACKET, for which the kernel dumps all links.
  if (value.family !== 0 && !(value.family === AF.PACKET && type === 'RTM_GETLINK')) return undefined
  if (type === 'RTM_DELLINK') return deletion(request, index)
  if (type === 'RTM_GETLINK') return reading(request, index)
  if (type === 'RTM_NEWLINKPROP' || type === 'RTM_DELLINKPROP') return property(request, index)
  if (request.append) return undefined
  const attrs = new Members(request.attrs)
  const kind = kindWords(attrs.take('linkinfo'), request)
  const flags = flagsOf(value)
  if (kind === undefined || flags === undefined) return undefined
  return request.create ? created(request, attrs, kind, flags) : changed(request, attrs, kind, flags)
}

type Part = { readonly words: readonly Word[]; readonly lost: readonly string[] }

function created(request: SaidRequest, attrs: Members, kind: Part, flags: readonly string[]): Command | undefined {
  const { excl, replace, value } = request
  const verb = excl && !replace ? 'add' : replace && !excl ? 'replace' : undefined
  const name = attrs.text('ifname')
  if (verb === undefined || name === undefined || kind.words.length === 0) return undefined
  const lower = attrs.number('link')
  const below = lower === undefined ? [] : ['link', device(request, lower)]
  const index = value.index === 0 ? [] : ['index', String(value.index)]
  const words = wordsFor(attrs, linkOptions, request)
  return {
    words: ['ip', 'link', verb, ...below, 'name', name, ...index, ...words, ...flags, ...kind.words],
    lost: [...kind.lost, ...leftIn(attrs)],
  }
}

function changed(request: SaidRequest, attrs: Members, kind: Part, flags: readonly string[]): Command | undefined {
  const index = (request.value.index ?? 0) as number
  if (request.excl || request.replace) return undefined
  const name = attrs.text('ifname')
  const group = index === 0 && name === undefined ? attrs.number('group') : undefined
  if (index === 0 && name === undefined && group === undefined) return undefined
  const key =
    group === undefined ? ['dev', index === 0 ? (name as string) : device(request, index)] : ['group', String(group)]
  const rename = index === 0 || name === undefined ? [] : ['name', name]
  const words = wordsFor(attrs, linkOptions, request)
  if (flags.length + rename.length + words.length + kind.words.length === 0) return undefined
  return {
    words: ['ip', 'link', 'set', ...key, ...rename, ...words, ...flags, ...kind.words],
    lost: [...kind.lost, ...leftIn(attrs)],
  }
}

function deletion(request: SaidRequest, index: number): Command | undefined {
  const attrs = new Members(request.attrs)
  const [name, group] = [attrs.text('ifname'), attrs.number('group')]
  const kind = kindWords(attrs.take('linkinfo'), request)
  if (kind === undefined || kind.words.length > 2) return undefined
  const key =
    index !== 0
      ? ['dev', device(request, index)]
      : name !== undefined
        ? ['dev', name]
        : group === undefined
          ? undefined
          : ['group', String(group)]
  return key && { words: ['ip', 'link', 'delete', ...key, ...kind.words], lost: leftIn(attrs) }
}

function reading(request: SaidRequest, index: number): Command | undefined {
  const attrs = new Members(request.attrs).ignore('extMask')
  if (request.isDump) {
    const master = attrs.number('master')
    const kind = (attrs.peek('linkinfo') as Bag | undefined)?.kind
    if (typeof kind === 'string') attrs.take('linkinfo')
    const filter = [
      ...(master === undefined ? [] : ['master', device(request, master)]),
      ...(typeof kind === 'string' ? ['type', kind] : []),
    ]
    return { words: ['ip', 'link', 'show', ...filter], lost: leftIn(attrs) }
  }
  const name = attrs.text('ifname') ?? attrs.text('altIfname') ?? request.names.link(index)
  return name === undefined ? undefined : { words: ['ip', 'link', 'show', 'dev', name], lost: leftIn(attrs) }
}

function property(request: SaidRequest, index: number): Command | undefined {
  const attrs = new Members(request.attrs)
  const names = (attrs.take('propList') as { altIfname?: readonly string[] } | undefined)?.altIfname ?? []
  const name = index === 0 ? attrs.text('ifname') : device(request, index)
  if (name === undefined || names.length === 0) return undefined
  const verb = request.type === 'RTM_NEWLINKPROP' ? 'add' : 'del'
  const words = ['ip', 'link', 'property', verb, 'dev', name, ...names.flatMap((each) => ['altname', each])]
  return { words, lost: leftIn(attrs) }
}
