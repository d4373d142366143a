import { checkData, checkNewLink, checkSlaveData } from '../../api/link/accepted-data.js'
import { ArgumentError } from '../../codec/error.js'
import { isInterfaceName } from '../../codec/ifname.js'
import { flagNames } from '../../codec/index.js'
import { IF_LINK_MODE, IFF, IN6_ADDR_GEN_MODE, linkInfo } from '../../route/index.js'
import { areZero, call, dataOf, defined, linkRef } from './call.js'
import { type Bag, isBag, Members } from './members.js'
import type { SaidRequest } from './request-of.js'
import { wordIn } from './words.js'

/** Options of `nl.link`, and the attributes that contain their values unchanged. */
const plain = {
  ...{ mtu: 'mtu', address: 'address', broadcast: 'broadcast', txqlen: 'txqlen', group: 'group' },
  ...{ gsoMaxSize: 'gsoMaxSize', gsoMaxSegs: 'gsoMaxSegs', groMaxSize: 'groMaxSize' },
  ...{ gsoIpv4MaxSize: 'gsoIpv4MaxSize', groIpv4MaxSize: 'groIpv4MaxSize' },
}
const onlyCreated = { numTxQueues: 'numTxQueues', numRxQueues: 'numRxQueues', linkNetnsid: 'linkNetnsid' }
const peerOptions = { name: 'ifname', mtu: 'mtu', address: 'address', txqlen: 'txqlen', ...onlyCreated }

const { data: dataRow, slaveData: slaveRow } = linkInfo.table
/** Data of kinds in which the link below is an option of its own (`placeLink` of the API). */
const pairs: Readonly<Record<string, string>> = { veth: 'peer', vxcan: 'peer', netkit: 'peerInfo' }

/** Returns `up` and `flags` from the bits of a header; undefined if the request sets bits outside of its mask. */
export function flagOptions({ flags = 0, change = 0 }: { flags?: number; change?: number }): Bag | undefined {
  if ((flags & ~change) !== 0 || change >>> 0 === 0xffffffff) return undefined
  const names = flagNames(IFF, change).filter((name) => name !== 'UP')
  if (names.some((name) => !Object.hasOwn(IFF.values, name))) return undefined
  const bit = (name: string) => (IFF.values as Readonly<Record<string, number>>)[name] as number
  const others = Object.fromEntries(names.map((name) => [name, (flags & bit(name)) !== 0]))
  return defined({
    up: (change & IFF.UP) === 0 ? undefined : (flags & IFF.UP) !== 0,
    flags: names.length === 0 ? undefined : others,
  })
}

/** Takes the attributes that both forms of a link have. Returns undefined for values that the API cannot express. */
function settings(request: SaidRequest, attrs: Members): Bag | undefined {
  const options: Record<string, unknown> = {}
  for (const [option, key] of Object.entries(plain)) if (attrs.has(key)) options[option] = attrs.take(key)
  for (const key of ['master', 'link'] as const)
    if (attrs.has(key)) {
      const index = attrs.take(key) as number
      options[key] = index === 0 ? 0 : linkRef(request, index)
    }
  if (attrs.has('protoDown')) options.protoDown = attrs.take('protoDown') !== 0
  if (attrs.has('linkmode')) options.linkmode = wordIn(IF_LINK_MODE, attrs.take('linkmode') as number)
  if (attrs.has('afSpec')) {
    const mode = onlyMember(onlyMember(attrs.take('afSpec'), 'inet6'), 'addrGenMode')
    if (typeof mode !== 'number') return undefined
    options.addrGenMode = wordIn(IN6_ADDR_GEN_MODE, mode)
  }
  return options
}

/** Returns a member if it is the only one. */
const onlyMember = (value: unknown, key: string) =>
  isBag(value) && Object.keys(value).length === 1 ? value[key] : undefined

/** Returns kind and data of IFLA_LINKINFO; undefined for what the API cannot express. */
function kindOptions(linkinfo: unknown): Bag | undefined {
  const info = linkInfoOf(linkinfo)
  const [kind, slaveKind] = [info.text('kind'), info.text('slaveKind')]
  const [data, slaveData] = [info.take('data'), info.take('slaveData')]
  if (
    info.left.length > 0 ||
    !isAccepted(
      () => checkData(kind, bagOf(data)),
      () => checkSlaveData(slaveKind, bagOf(slaveData)),
    )
  )
    return undefined
  const peerKey = kind !== undefined && Object.hasOwn(pairs, kind) ? (pairs[kind] as string) : undefined
  const { own, peer } = withoutPeer(data, peerKey)
  const read = { data: named(dataRow[1].cases, kind, own), slaveData: named(slaveRow[1].cases, slaveKind, slaveData) }
  if (read.data === false || read.slaveData === false || (slaveData !== undefined && slaveKind === undefined))
    return undefined
  const end = peer === undefined ? undefined : peerOf(peer)
  if (peer !== undefined && end === undefined) return undefined
  return defined({ kind, data: read.data, slaveKind, slaveData: read.slaveData, peer: end })
}

const bagOf = (data: unknown) => (isBag(data) ? data : {})

/** True if the API accepts values: it refuses what the kernel refuses without a text. */
function isAccepted(...checks: readonly (() => void)[]): boolean {
  try {
    for (const check of checks) check()
    return true
  } catch (error) {
    if (error instanceof ArgumentError) return false
    throw error
  }
}

/**
 * Returns kind and data of IFLA_LINKINFO. For the data of a port iproute2 sends the kind `bond_slave`, which the kernel
 * ignores (`rtnl_newlink`): what counts is the kind of the master.
 */
function linkInfoOf(linkinfo: unknown): Members {
  const info = isBag(linkinfo) ? linkinfo : {}
  const { kind, data, slaveKind, slaveData } = info
  const isPort = typeof kind === 'string' && kind.endsWith('_slave') && slaveData !== undefined
  if (!isPort || data !== undefined || slaveKind !== undefined) return new Members(info)
  return new Members({ slaveKind: kind.slice(0, -'_slave'.length), slaveData })
}

/** Returns data with words; undefined if there is none, and false if it has no declaration. */
function named(cases: unknown, kind: string | undefined, data: unknown): unknown {
  if (data === undefined) return undefined
  const read = dataOf(cases, kind, data)
  return isBag(read) ? read : false
}

function withoutPeer(data: unknown, peerKey: string | undefined) {
  if (peerKey === undefined || !isBag(data) || data[peerKey] === undefined) return { own: data, peer: undefined }
  const { [peerKey]: peer, ...rest } = data
  return { own: Object.keys(rest).length === 0 ? undefined : rest, peer }
}

/** Returns the options of the other end of a pair. */
function peerOf(peer: unknown): Bag | undefined {
  if (!isBag(peer) || !areZero(peer, 'family', 'type', 'flags', 'change')) return undefined
  const attrs = new Members(peer.attrs)
  const options = Object.fromEntries(Object.entries(peerOptions).map(([option, key]) => [option, attrs.take(key)]))
  return attrs.left.length > 0 ? undefined : defined({ ...options, index: peer.index || undefined })
}

/** Returns the options of a link to create or change, without its name; undefined for what the API cannot express. */
function linkOptions(request: SaidRequest, isNew: boolean): { name: string | undefined; options: Bag } | undefined {
  const { value } = request
  const attrs = new Members(request.attrs)
  const flags = flagOptions(value)
  const name = attrs.text('ifname')
  const own = settings(request, attrs)
  const kind = kindOptions(attrs.take('linkinfo'))
  const created = isNew ? Object.keys(onlyCreated).map((key) => [key, attrs.take(key)] as const) : []
  const alias = isNew ? undefined : attrs.text('ifalias')
  if (flags === undefined || own === undefined || kind === undefined || attrs.left.length > 0) return undefined
  return { name, options: defined({ ...kind, ...own, ...Object.fromEntries(created), alias, ...flags }) }
}

/** Options that need requests of their own, after the one that creates a link. */
const later = ['slaveData', 'protoDown', 'addrGenMode']

/** Returns a request of links as a call of `nl.link`; undefined if the API has none that sends it. */
export function linkCall(request: SaidRequest): string | undefined {
  const { type, value, attrs, create, flags } = request
  if (!areZero(value, 'family', 'type')) return undefined
  const index = (value.index as number | undefined) ?? 0
  if (type === 'RTM_DELLINK') return flags === 0 ? keyCall('link.delete', request, index) : undefined
  if (type === 'RTM_GETLINK') return flags === 0 ? keyCall('link.get', request, index) : undefined
  if (type === 'RTM_SETLINK' && attrs.linkinfo !== undefined) return undefined
  if (type !== 'RTM_NEWLINK' && type !== 'RTM_SETLINK') return undefined
  if (create) return addCall(request, index)
  if (flags !== 0) return undefined
  const found = linkOptions(request, false)
  if (found === undefined || Object.keys(found.options).length + (found.name === undefined ? 0 : 1) === 0)
    return undefined
  const { name, options } = found
  if (options.peer !== undefined || (options.data !== undefined && options.kind === undefined)) return undefined
  // The data of a new port needs a request of its own.
  if (options.slaveData !== undefined && options.master !== undefined) return undefined
  if (index === 0) return name === undefined || !isInterfaceName(name) ? undefined : call('link.set', name, options)
  return call('link.set', linkRef(request, index), { ...(name !== undefined && { name }), ...options })
}

function addCall(request: SaidRequest, index: number): string | undefined {
  if (!request.excl || request.replace || request.append) return undefined
  const found = linkOptions(request, true)
  const { name, options } = found ?? {}
  if (name === undefined || options?.kind === undefined) return undefined
  const { kind, link, address, peer } = options as { kind: string; link?: unknown; address?: unknown; peer?: Bag }
  if (!isInterfaceName(name) || !isAccepted(() => checkNewLink({ kind, link, address, peer }))) return undefined
  if (later.some((key) => options[key] !== undefined)) return undefined
  return call('link.add', { name, ...(index !== 0 && { index }), ...options })
}

/** Returns a call whose only argument is the link. */
function keyCall(method: string, request: SaidRequest, index: number): string | undefined {
  if (!areZero(request.value, 'flags', 'change')) return undefined
  const attrs = new Members(request.attrs)
  const [name, altName] = [attrs.text('ifname'), attrs.text('altIfname')]
  if (attrs.left.length > 0) return undefined
  if (index !== 0)
    return name === undefined && altName === undefined ? call(method, linkRef(request, index)) : undefined
  if (name !== undefined) return altName === undefined ? call(method, { name }) : undefined
  return altName === undefined ? undefined : call(method, { altName })
}
