import { AF, ArgumentError, show } from '../../codec/index.js'
import { ETH_P } from '../../constants/index.js'
import { canonicalAddress } from '../../ip/index.js'
import { MCAST, MDB, type MdbMessage, type MdbSetRequest } from '../../route/index.js'
import { linkReply } from '../link/decode.js'
import type { Link } from '../link/types.js'
import { indexOf, indexOrNone, readLinkAs } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { type Accepted, checkValue, declared, LIST, U16, U32, VLAN_ID, VNI } from '../values/accepted.js'
import { canonical, familyOf } from '../values/ip-text.js'
import { checkLinkRef, linkKey } from '../values/link-ref.js'
import { numberOf, protocolNumber } from '../values/names.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import { entriesIn, type MdbEntry } from './decode.js'
import type { BridgeMdbKey, NewBridgeMdbEntry } from './types.js'

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i

/** Returns a group in the decoder's form; undefined for another value. */
export const normalGroup = (group: unknown): string | undefined => {
  if (typeof group !== 'string') return undefined
  return MAC.test(group) ? group.toLowerCase() : canonicalAddress(group)
}

export const GROUP: Accepted = {
  allowed: 'an IP address or a link-layer address of 6 bytes',
  fits: (value) => normalGroup(value) !== undefined,
}

/** The options of an entry. */
export const bridgeMdbKeys = {
  ...{ dev: 1, master: 1, group: GROUP, source: 1, vid: VLAN_ID, state: 1, mode: 1, sources: 1, protocol: 1 },
  ...{ dst: 1, port: U16, vni: VNI, srcVni: VNI, via: 1, flags: LIST, timer: U32 },
} satisfies Record<keyof NewBridgeMdbEntry, unknown>

/** Options that only the database of a vxlan has. */
const tunnelKeys = ['dst', 'port', 'vni', 'srcVni', 'via'] as const

/** A request, and the database that it belongs to. */
export interface EncodedMdb {
  readonly request: MdbSetRequest
  /** True for a group that the host itself has joined. */
  readonly isHost: boolean
  /** True for the database of a vxlan. */
  readonly isTunnel: boolean
}

const protocolOf = (address: string) => (MAC.test(address) ? 0 : familyOf(address) === 'inet' ? ETH_P.IP : ETH_P.IPV6)

function stateOf({ state }: NewBridgeMdbEntry): number | undefined {
  if (state === undefined) return undefined
  const number = numberOf('state of entry', MDB, state)
  checkValue('state of entry', number, declared(MDB))
  return number
}

function modeOf({ mode }: NewBridgeMdbEntry): number | undefined {
  if (mode === undefined) return undefined
  const number = numberOf('mode of entry', MCAST, mode)
  checkValue('mode of entry', number, declared(MCAST))
  return number
}

/** Returns an address of the group's family. @throws {TypeError} */
function addressFor(key: string, group: string, text: string): string {
  const address = canonical(`${key} of entry`, text)
  if (protocolOf(group) !== protocolOf(address))
    throw new ArgumentError(`expected ${key} of entry to be of the family of the group ${group}, got ${show(text)}`)
  return address
}

/** True for the group of a vxlan that stands for all others. The kernel reports a mode of it, and refuses it in a request. */
const isCatchAll = (group: string) => group === '0.0.0.0' || group === '::'

/** Returns the options that need no link. @throws {TypeError} */
function attributesOf(entry: NewBridgeMdbEntry) {
  const group = normalGroup(entry.group) as string
  const { source, sources, dst, port, vni, srcVni, protocol, mode } = entry
  const groupMode = modeOf(entry)
  // The kernel reports `include` for an entry of one source, and refuses it in a request.
  if (source !== undefined && (groupMode === MCAST.EXCLUDE || (sources !== undefined && sources.length > 0)))
    throw new ArgumentError(
      `expected ${groupMode === MCAST.EXCLUDE ? 'mode' : 'sources'} only without source, got it with ${show(source)}`,
    )
  if (sources !== undefined && (!Array.isArray(sources) || (mode === undefined && sources.length > 0)))
    throw new ArgumentError(`expected sources of entry to be a list of addresses next to mode, got ${show(sources)}`)
  const isList = source === undefined && groupMode !== undefined && !isCatchAll(group)
  return defined({
    source: source === undefined ? undefined : addressFor('source', group, source),
    groupMode: isList ? groupMode : undefined,
    srcList:
      isList && sources
        ? { entry: sources.map((each) => ({ address: addressFor('sources', group, each) })) }
        : undefined,
    rtprot: protocol === undefined ? undefined : protocolNumber(protocol),
    dst: dst === undefined ? undefined : canonical('dst of entry', dst),
    ...{ dstPort: port, vni, srcVni },
  })
}

/** Checks all options of an entry before any link is looked up. @throws {TypeError} */
export function checkMdbEntry(entry: NewBridgeMdbEntry): void {
  checkKeys('entry', entry, bridgeMdbKeys)
  requireKeys('entry', entry, 'dev', 'group')
  linkKey('dev', entry.dev)
  for (const key of ['master', 'via'] as const) checkLinkRef(key, entry[key])
  stateOf(entry)
  attributesOf(entry)
  const tunnel = tunnelKeys.find((key) => entry[key] !== undefined)
  if (tunnel !== undefined && entry.dst === undefined)
    throw new ArgumentError(`expected 'dst' with ${tunnel} of entry, got none`)
}

/** Returns the index of the bridge or vxlan of an entry. @throws {TypeError} */
function* masterOf({ dev, master, dst }: BridgeMdbKey, link: Link): Operation<number> {
  if (master !== undefined) return yield* indexOf('master', master)
  if (dst !== undefined || link.kind === 'bridge') return link.index
  if (link.slaveKind === 'bridge' && link.master) return link.master
  throw new ArgumentError(
    `expected dev of entry to be a bridge, a port of one, or a vxlan with 'dst', got ${show(dev)}, which is none`,
  )
}

/** Returns the request for an entry. @throws {TypeError} */
export function* encodeMdb(entry: NewBridgeMdbEntry): Operation<EncodedMdb> {
  checkMdbEntry(entry)
  const link = yield* readLinkAs(linkReply, 'dev', entry.dev)
  const master = yield* masterOf(entry, link)
  const isOwn = master === link.index
  const isTunnel = isOwn && link.kind === 'vxlan'
  if (isTunnel) requireKeys('entry', entry, 'dst')
  const ifindex = yield* indexOrNone('via', entry.via)
  const group = normalGroup(entry.group) as string
  const isHost = isOwn && !isTunnel
  const { vni, dstPort, ...attrs } = attributesOf(entry)
  // The kernel reports neither the VNI nor the port of the vxlan.
  const { id, port } = (link.kind === 'vxlan' && link.data) || {}
  const own = isTunnel ? { vni: vni === id ? undefined : vni, dstPort: dstPort === port ? undefined : dstPort } : {}
  const all = defined({ ...attrs, ...own, ifindex })
  return {
    request: {
      ...{ family: AF.BRIDGE, ifindex: master },
      attrs: {
        setEntry: {
          ifindex: link.index,
          state: stateOf(entry) ?? (isHost ? MDB.TEMPORARY : MDB.PERMANENT),
          flags: 0,
          vid: entry.vid ?? 0,
          addr: { u: group, proto: protocolOf(group) },
        },
        ...(Object.keys(all).length > 0 && { setEntryAttrs: all }),
      },
    },
    ...{ isHost, isTunnel },
  }
}

/** Returns the request that deletes an entry: the kernel refuses what does not identify it. */
export function mdbDeletion({ attrs, ...header }: MdbSetRequest): MdbSetRequest {
  const { srcList: _, groupMode: __, rtprot: ___, ...key } = attrs.setEntryAttrs ?? {}
  return {
    ...header,
    attrs: {
      ...(attrs.setEntry && { setEntry: attrs.setEntry }),
      ...(Object.keys(key).length > 0 && { setEntryAttrs: key }),
    },
  }
}

/** Returns the request that adds an entry as it was. */
export function mdbRestoration(message: MdbMessage): MdbSetRequest {
  const [{ attrs = {}, ...entry } = {} as MdbEntry] = entriesIn(message)
  const { timer: _, srcList, ...rest } = attrs as MdbEntry['attrs']
  const isHost = entry.ifindex === message.ifindex && rest.dst === undefined
  const sources = srcList?.entry?.map(({ address }) => ({ address }))
  // A source list belongs to an entry of all sources. The kernel takes none of these attributes for the host.
  const { groupMode, ...others } = rest
  const isGroup = rest.source === undefined && !isHost && !isCatchAll(entry.addr.u)
  const own = defined({
    ...(isHost ? {} : others),
    ...(isGroup && sources?.length ? { groupMode, srcList: { entry: sources } } : isGroup ? { groupMode } : {}),
  })
  return {
    ...{ family: AF.BRIDGE, ifindex: message.ifindex },
    attrs: {
      setEntry: { ...entry, flags: 0 },
      ...(Object.keys(own).length > 0 && { setEntryAttrs: own }),
    },
  } as MdbSetRequest
}
