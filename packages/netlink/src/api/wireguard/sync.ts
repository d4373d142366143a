import {
  WGPEER_F,
  type WireguardDeviceAttrs,
  type WireguardMessage,
  type WireguardPeerAttrs,
} from '../../generic/wireguard.js'
import type { Operation } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import { maskedNetwork } from '../values/ip-text.js'
import { type LinkRef, refText } from '../values/link-ref.js'
import { messageOf, requireKeys } from '../values/objects.js'
import { encodeSettings } from './encode.js'
import { endpointText } from './endpoint.js'
import { isKey, noKey } from './keys.js'
import { get } from './read.js'
import type { WireguardSettings, WireguardSync, WireguardSynced } from './types.js'
import { send } from './write.js'

const textOf = (key: Uint8Array | undefined) => (isKey(key) ? Buffer.from(key).toString('base64') : '')

/** Returns networks as the kernel keeps them, without host bits, in one order. */
const networksOf = ({ allowedips = [] }: WireguardPeerAttrs) =>
  allowedips
    .map(({ ipaddr, cidrMask = 0 }) => Object.values(maskedNetwork({ address: ipaddr, length: cidrMask })).join('/'))
    .sort()

/** Returns what is compared of a peer. The endpoint of a peer that has none in the settings is that of its last packet. */
const settingsOf = (peer: WireguardPeerAttrs, hasEndpoint: boolean) =>
  JSON.stringify([
    textOf(peer.presharedKey),
    peer.persistentKeepaliveInterval ?? 0,
    hasEndpoint ? endpointText(peer.endpoint) : '',
    networksOf(peer),
  ])

const differs = (wanted: WireguardPeerAttrs, actual: WireguardPeerAttrs) => {
  const hasEndpoint = wanted.endpoint !== undefined
  return settingsOf(wanted, hasEndpoint) !== settingsOf(actual, hasEndpoint)
}

/** Returns the settings of the link that differ. */
function deviceChanges(wanted: WireguardDeviceAttrs, actual: WireguardDeviceAttrs): WireguardDeviceAttrs {
  const { privateKey, listenPort, fwmark } = wanted
  return {
    ...(privateKey && textOf(privateKey) !== textOf(actual.privateKey) && { privateKey }),
    ...(listenPort !== undefined && listenPort !== actual.listenPort && { listenPort }),
    ...(fwmark !== undefined && fwmark !== (actual.fwmark ?? 0) && { fwmark }),
  }
}

/** Returns a peer with its defaults, so that nothing remains of what it had. */
const whole = (peer: WireguardPeerAttrs): WireguardPeerAttrs => ({
  presharedKey: noKey,
  persistentKeepaliveInterval: 0,
  ...peer,
  flags: WGPEER_F.REPLACE_ALLOWEDIPS,
})

const removal = ({ publicKey }: WireguardPeerAttrs): WireguardPeerAttrs => ({
  ...(publicKey && { publicKey }),
  flags: WGPEER_F.REMOVE_ME,
})

const byKey = (peers: readonly WireguardPeerAttrs[] = []) =>
  new Map(peers.map((peer) => [textOf(peer.publicKey), peer]))

/** Makes the peers of a link equal to a list, and leaves the sessions of those alone that do not change. */
export function* sync(link: LinkRef, settings: WireguardSync): Operation<WireguardSynced> {
  const attrs = encodeSettings(settings as WireguardSettings, 'sync')
  requireKeys('settings', settings, 'peers')
  const device = yield* get(link)
  if (device === undefined)
    throw refusal({ request: 'WG_CMD_GET_DEVICE', code: 'ENODEV', explanation: `no link ${refText(link)}` })
  const actual = (messageOf(device) as WireguardMessage).attrs
  const [before, wanted] = [byKey(actual.peers), byKey(attrs.peers)]
  const added = [...wanted.keys()].filter((key) => !before.has(key))
  const removed = [...before.keys()].filter((key) => !wanted.has(key))
  const updated = [...wanted].flatMap(([key, peer]) => {
    const known = before.get(key)
    return known !== undefined && differs(peer, known) ? [key] : []
  })
  const pick = (peers: ReadonlyMap<string, WireguardPeerAttrs>, keys: readonly string[]) =>
    keys.map((key) => peers.get(key) as WireguardPeerAttrs)
  const peers = [...pick(before, removed).map(removal), ...pick(wanted, [...updated, ...added]).map(whole)]
  const changes = deviceChanges(attrs, actual)
  const changed = peers.length > 0 || Object.keys(changes).length > 0
  if (changed) yield* send(link, { ...changes, ...(peers.length > 0 && { peers }) })
  return { changed, added, updated, removed }
}
