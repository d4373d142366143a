import { printable, show } from '../../codec/index.js'
import { IFF } from '../../route/index.js'
import { bitsOf } from '../names.js'
import { defined, expectKeys, renamed } from '../objects.js'
import { checkData, checkSettings, checkSlaveData } from './accepted.js'
import { placedLink, wiredData, wiredSlaveData } from './data.js'
import type { LinkChange, LinkSettings, NewLink, NewPeer } from './types.js'

/** Keys, and the attributes that hold their values unchanged. */
const plain = {
  name: 'ifname',
  mtu: 'mtu',
  address: 'address',
  broadcast: 'broadcast',
  txqlen: 'txqlen',
  group: 'group',
  gsoMaxSize: 'gsoMaxSize',
  gsoMaxSegs: 'gsoMaxSegs',
  groMaxSize: 'groMaxSize',
  gsoIpv4MaxSize: 'gsoIpv4MaxSize',
  groIpv4MaxSize: 'groIpv4MaxSize',
  linkmode: 'linkmode',
}
const making = { numTxQueues: 'numTxQueues', numRxQueues: 'numRxQueues' }
const created = { ...making, linkNetnsid: 'linkNetnsid' }
const settings = {
  ...plain,
  ...{
    alias: 1,
    altNames: 1,
    up: 1,
    flags: 1,
    master: 1,
    link: 1,
    kind: 1,
    data: 1,
    netns: 1,
    slaveKind: 1,
    slaveData: 1,
    protoDown: 1,
    addrGenMode: 1,
  },
}

export const changeKeys = settings satisfies Record<keyof LinkChange, unknown>
export const newLinkKeys = { ...settings, ...created, index: 1, peer: 1 } satisfies Record<keyof NewLink, unknown>
const peerKeys = { ...renamed(plain, { name: 'name', mtu: 'mtu', address: 'address', txqlen: 'txqlen' }), ...making }

/** Checks the options of a link that is to be created or changed. @throws {TypeError} */
export function expectLink(
  what: string,
  wish: Partial<NewLink> | LinkChange | NewPeer,
  keys: Readonly<Record<string, unknown>>,
) {
  expectKeys(what, wish, keys)
  checkSettings(what, wish)
}

/** A part of a link's message. */
export interface LinkPart {
  readonly index?: number
  readonly flags?: number
  readonly change?: number
  readonly attrs: Record<string, unknown>
}

/** Returns `flags`, the bits to set, and `change`, the mask of bits that the request changes. @throws {TypeError} */
export function flagWish({ up, flags = {} }: Pick<LinkSettings, 'up' | 'flags'>): { flags: number; change: number } {
  const wanted = Object.entries(up === undefined ? flags : { ...flags, UP: up }).filter(([, on]) => on !== undefined)
  for (const [name, on] of wanted)
    if (typeof on !== 'boolean')
      throw new TypeError(`expected ${printable(name)} of flags to be true or false, got ${show(on)}`)
  const bits = (names: typeof wanted) =>
    bitsOf(
      'flags',
      IFF,
      names.map(([name]) => name),
    )
  return { flags: bits(wanted.filter(([, on]) => on)), change: bits(wanted) }
}

/** Returns the part of a spec that the link's own message contains. Other links in the spec must be indexes. @throws {TypeError} */
export function linkPart(wish: Partial<NewLink> | LinkChange): LinkPart {
  const { kind, slaveKind, slaveData, protoDown, addrGenMode } = wish as NewLink
  const { link, data } = placedLink(kind, wish.link as number | undefined, wish.data)
  if (data !== undefined && kind === undefined) throw new TypeError(`expected 'kind' beside data, got none`)
  if (slaveData !== undefined && slaveKind === undefined)
    throw new TypeError(`expected 'slaveKind' beside slaveData, got none`)
  const [own, slave] = [wiredData(kind, data), wiredSlaveData(slaveKind, slaveData)]
  checkData(kind, own)
  checkSlaveData(slaveKind, slave)
  const linkinfo = defined({ kind, data: own, slaveKind, slaveData: slave })
  const attrs = {
    ...renamed(wish, { ...plain, ...created, master: 'master' }),
    ...(protoDown !== undefined && { protoDown: Number(protoDown) }),
    ...(addrGenMode !== undefined && { afSpec: { inet6: { addrGenMode } } }),
    ...(link !== undefined && { link }),
    ...(Object.keys(linkinfo).length > 0 && { linkinfo }),
  }
  return { ...flagWish(wish), attrs }
}

/** The other end of a pair. @throws {TypeError} */
export function peerPart(peer: NewPeer): LinkPart {
  expectLink('peer', peer, { ...peerKeys, index: 1, up: 1, netns: 1 })
  const index = peer.index
  return {
    ...(index !== undefined && { index }),
    attrs: renamed(peer, { ...plain, ...making }),
  }
}

const peerKeyOf: Readonly<Record<string, 'peer' | 'peerInfo'>> = { veth: 'peer', vxcan: 'peer', netkit: 'peerInfo' }

/** True for kinds that are created in pairs. */
export const isPair = (kind: string | undefined) => kind !== undefined && Object.hasOwn(peerKeyOf, kind)

/** Returns the key of a kind's data that contains the other end. @throws {TypeError} if there is none */
export function peerKey(kind: string): 'peer' | 'peerInfo' {
  const key = isPair(kind) ? peerKeyOf[kind] : undefined
  if (key === undefined) throw new TypeError(`expected peer with veth, vxcan or netkit, got it with ${printable(kind)}`)
  return key
}
