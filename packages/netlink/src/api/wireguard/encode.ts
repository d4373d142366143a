import { AF, ArgumentError, show } from '../../codec/index.js'
import { own } from '../../codec/own.js'
import {
  WGDEVICE_F,
  WGPEER_F,
  type WireguardAllowedipAttrs,
  type WireguardDeviceAttrs,
  type WireguardPeerAttrs,
} from '../../generic/wireguard.js'
import { BOOLEAN, LIST, U16, U32 } from '../values/accepted.js'
import { bitsOfFamily, parseText } from '../values/ip-text.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import { parseEndpoint } from './endpoint.js'
import { checkPublicKey, secretBytes } from './keys.js'
import type { NewWireguardPeer, WireguardDevice, WireguardPeer, WireguardSettings } from './types.js'

/** Members of objects that were read, and that are not set. */
const reportedOfPeer = { lastHandshake: 1, rxBytes: 1, txBytes: 1 } satisfies Partial<Record<keyof WireguardPeer, 1>>

const peerKeys = {
  ...{ publicKey: 1, presharedKey: 1, endpoint: 1, allowedIps: LIST, persistentKeepalive: U16 },
  ...{ remove: BOOLEAN, updateOnly: BOOLEAN, replaceAllowedIps: BOOLEAN },
} satisfies Record<keyof NewWireguardPeer, unknown>

/** Members of links that were read, and that are not set. */
const reportedOfDevice = { index: 1, name: 1, publicKey: 1 } satisfies Partial<Record<keyof WireguardDevice, 1>>

const settingKeys = {
  ...{ privateKey: 1, listenPort: U16, fwmark: U32, peers: LIST, replacePeers: BOOLEAN },
} satisfies Record<keyof WireguardSettings, unknown>

/** Options that `sync` does not have: it computes them. */
const computed = ['replacePeers', 'remove', 'updateOnly', 'replaceAllowedIps'] as const

/** Checks that no option is given that `sync` computes. @throws {TypeError} */
function checkSync(what: string, value: object): void {
  const found = computed.find((key) => own(value, key) !== undefined)
  if (found !== undefined) throw new ArgumentError(`expected ${what} of sync without '${found}', which sync computes`)
}

/** Returns a network. @throws {TypeError} naming the option */
function encodeNetwork(option: string, text: string): WireguardAllowedipAttrs {
  const { address, length, family } = parseText(option, text)
  return { family: family === 'inet' ? AF.INET : AF.INET6, ipaddr: address, cidrMask: length ?? bitsOfFamily(family) }
}

/** Returns the attributes of a peer. @throws {TypeError} naming the option `what` */
export function encodePeer(what: string, peer: NewWireguardPeer): WireguardPeerAttrs {
  checkKeys(what, peer, { ...peerKeys, ...reportedOfPeer })
  requireKeys(what, peer, 'publicKey')
  const { presharedKey, endpoint, allowedIps, remove, updateOnly, replaceAllowedIps } = peer
  if (remove && (allowedIps?.length || endpoint !== undefined || presharedKey !== undefined))
    throw new ArgumentError(`expected ${what} to have either remove or settings, got both`)
  const flags =
    (remove ? WGPEER_F.REMOVE_ME : 0) |
    (updateOnly ? WGPEER_F.UPDATE_ONLY : 0) |
    (replaceAllowedIps ? WGPEER_F.REPLACE_ALLOWEDIPS : 0)
  return defined({
    publicKey: Buffer.from(checkPublicKey(`publicKey of ${what}`, peer.publicKey), 'base64'),
    presharedKey: presharedKey === undefined ? undefined : secretBytes(`presharedKey of ${what}`, presharedKey),
    flags: flags || undefined,
    endpoint: endpoint === undefined ? undefined : parseEndpoint(`endpoint of ${what}`, endpoint),
    persistentKeepaliveInterval: peer.persistentKeepalive,
    allowedips: allowedIps?.map((each, at) => encodeNetwork(`allowedIps.${at} of ${what}`, each)),
  }) as WireguardPeerAttrs
}

/** Returns the attributes of a link, with all peers. @throws {TypeError} */
export function encodeSettings(settings: WireguardSettings, purpose: 'set' | 'sync' = 'set'): WireguardDeviceAttrs {
  checkKeys('settings', settings, { ...settingKeys, ...reportedOfDevice })
  const { privateKey, listenPort, fwmark, peers, replacePeers } = settings
  const encoded = peers?.map((peer, at) => encodePeer(`peers.${at}`, peer))
  if (purpose === 'sync') {
    checkSync('settings', settings)
    for (const [at, peer] of (peers ?? []).entries()) checkSync(`peers.${at}`, peer)
  }
  checkDistinct(encoded ?? [])
  return defined({
    privateKey: privateKey === undefined ? undefined : secretBytes('privateKey of settings', privateKey),
    flags: replacePeers ? WGDEVICE_F.REPLACE_PEERS : undefined,
    listenPort,
    fwmark,
    peers: encoded,
  }) as WireguardDeviceAttrs
}

/** Checks that no two peers have the same key: the second one would change the first. @throws {TypeError} */
function checkDistinct(peers: readonly WireguardPeerAttrs[]): void {
  const seen = new Map<string, number>()
  for (const [at, { publicKey }] of peers.entries()) {
    const key = publicKey?.toString('base64') ?? ''
    const other = seen.get(key)
    if (other !== undefined)
      throw new ArgumentError(`expected peers to have different public keys, got ${show(key)} at ${other} and ${at}`)
    seen.set(key, at)
  }
}
