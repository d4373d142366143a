import { ArgumentError, printable, show } from '../../codec/index.js'
import { IF_LINK_MODE, IFF, IN6_ADDR_GEN_MODE } from '../../route/index.js'
import { checkValue, declared } from '../values/accepted.js'
import { bitsOf, groupNumber, numberOf } from '../values/names.js'
import { checkKeys, defined, type Keys, renamed } from '../values/objects.js'
import { checkSettings } from './accepted.js'
import { checkData, checkSlaveData } from './accepted-data.js'
import { dataToWire, placeLink, slaveDataToWire } from './data.js'
import type { AnyLinkChange, AnyNewLink, LinkSettings, NewPeer } from './types.js'
import { encodeVfs } from './vf.js'
import { encodeXdp } from './xdp.js'

/** Options, and the attributes that contain their values unchanged. */
const plainOptions = {
  ...{ name: 'ifname', mtu: 'mtu', address: 'address', broadcast: 'broadcast', txqlen: 'txqlen' },
  ...{ gsoMaxSize: 'gsoMaxSize', gsoMaxSegs: 'gsoMaxSegs', groMaxSize: 'groMaxSize' },
  ...{ gsoIpv4MaxSize: 'gsoIpv4MaxSize', groIpv4MaxSize: 'groIpv4MaxSize' },
}
const queueOptions = { numTxQueues: 'numTxQueues', numRxQueues: 'numRxQueues' }
const createOptions = { ...queueOptions, linkNetnsid: 'linkNetnsid' }

const renamedOptions = { ...plainOptions, ...createOptions, master: 'master' }

export const changeKeys = {
  ...plainOptions,
  ...{ alias: 1, altNames: 1, up: 1, flags: 1, master: 1, link: 1, kind: 1, data: 1, netns: 1 },
  ...{ slaveKind: 1, slaveData: 1, protoDown: 1, protoDownReasons: 1, addrGenMode: 1, linkmode: 1, group: 1 },
  ...{ xdp: 1, vfs: 1 },
} satisfies Record<keyof AnyLinkChange, unknown>
export const newLinkKeys = { ...changeKeys, ...createOptions, index: 1, peer: 1 } satisfies Record<
  keyof AnyNewLink,
  unknown
>
/** The options of the other end of a pair. */
export const peerKeys = {
  ...{ name: 1, index: 1, up: 1, mtu: 1, address: 1, txqlen: 1, netns: 1, numTxQueues: 1, numRxQueues: 1 },
} satisfies Record<keyof NewPeer, unknown>

/** Checks the options of a link to create or change. @throws {TypeError} */
export function checkLink(what: string, options: Partial<AnyNewLink> | AnyLinkChange | NewPeer, keys: Keys): void {
  checkKeys(what, options, keys)
  checkSettings(what, options)
}

/** A link's message, or a part of it. */
export interface LinkPart {
  readonly index?: number
  readonly flags?: number
  readonly change?: number
  readonly attrs: Record<string, unknown>
}

/** Returns `flags`, the bits to set, and `change`, the mask of the bits that the request changes. @throws {TypeError} */
export function flagBits({ up, flags = {} }: Pick<LinkSettings, 'up' | 'flags'>): { flags: number; change: number } {
  const given = Object.entries(up === undefined ? flags : { ...flags, UP: up }).filter(([, on]) => on !== undefined)
  for (const [name, on] of given)
    if (typeof on !== 'boolean')
      throw new ArgumentError(`expected ${printable(name)} of flags to be true or false, got ${show(on)}`)
  const names = (entries: typeof given) => entries.map(([name]) => name)
  return {
    flags: bitsOf('flags', IFF, names(given.filter(([, on]) => on))),
    change: bitsOf('flags', IFF, names(given)),
  }
}

/** Returns IN6_ADDR_GEN_MODE_*. @throws {TypeError} for another number, which the kernel refuses without a text */
function modeOf(addrGenMode: NonNullable<LinkSettings['addrGenMode']>): number {
  const mode = numberOf('addrGenMode', IN6_ADDR_GEN_MODE, addrGenMode)
  checkValue('addrGenMode', mode, declared(IN6_ADDR_GEN_MODE))
  return mode
}

/** Returns the bits of reasons. */
const bitsOfReasons = (reasons: readonly number[]) => reasons.reduce((bits, bit) => bits | (1 << bit), 0) >>> 0

/** Returns the message of a link. The other links in the options must be indexes. @throws {TypeError} */
export function encodeLink(options: Partial<AnyNewLink> | AnyLinkChange): LinkPart {
  const { kind, slaveKind, slaveData, protoDown, protoDownReasons: reasons, addrGenMode, linkmode, group } = options
  const { link, data } = placeLink(kind, options.link as number | undefined, options.data)
  if (data !== undefined && kind === undefined) throw new ArgumentError(`expected 'kind' with data, got none`)
  if (slaveData !== undefined && slaveKind === undefined)
    throw new ArgumentError(`expected 'slaveKind' with slaveData, got none`)
  const [own, slave] = [dataToWire(kind, data), slaveDataToWire(slaveKind, slaveData)]
  checkData(kind, own)
  checkSlaveData(slaveKind, slave)
  const linkinfo = defined({ kind, data: own, slaveKind, slaveData: slave })
  const attrs = {
    ...renamed(options, renamedOptions),
    ...(protoDown !== undefined && { protoDown: Number(protoDown) }),
    ...(reasons !== undefined && { protoDownReason: { mask: 0xffffffff, value: bitsOfReasons(reasons) } }),
    ...defined({ xdp: encodeXdp(options.xdp), vfinfoList: encodeVfs(options.vfs) }),
    ...(group !== undefined && { group: groupNumber('group', group) }),
    ...(linkmode !== undefined && { linkmode: numberOf('linkmode', IF_LINK_MODE, linkmode) }),
    ...(addrGenMode !== undefined && { afSpec: { inet6: { addrGenMode: modeOf(addrGenMode) } } }),
    ...(link !== undefined && { link }),
    ...(Object.keys(linkinfo).length > 0 && { linkinfo }),
  }
  return { ...flagBits(options), attrs }
}

/** Returns the message of the other end of a pair. @throws {TypeError} */
export function encodePeer(peer: NewPeer): LinkPart {
  checkLink('peer', peer, peerKeys)
  const { index } = peer
  return { ...(index !== undefined && { index }), attrs: renamed(peer, { ...plainOptions, ...queueOptions }) }
}

const peerKeyOf: Readonly<Record<string, 'peer' | 'peerInfo'>> = { veth: 'peer', vxcan: 'peer', netkit: 'peerInfo' }

/** True for kinds that are created in pairs. */
export const isPair = (kind: string | undefined) => kind !== undefined && Object.hasOwn(peerKeyOf, kind)

/** Returns the key of a kind's data that contains the other end. @throws {TypeError} if there is none */
export function peerKey(kind: string): 'peer' | 'peerInfo' {
  const key = isPair(kind) ? peerKeyOf[kind] : undefined
  if (key === undefined)
    throw new ArgumentError(`expected peer with veth, vxcan or netkit, got it with ${printable(kind)}`)
  return key
}
