import { withJson } from '../../codec/json.js'
import type { WireguardAllowedipAttrs, WireguardMessage, WireguardPeerAttrs } from '../../generic/wireguard.js'
import { constructorOf, withMessage } from '../values/objects.js'
import { endpointText } from './endpoint.js'
import { isKey, secretOf } from './keys.js'
import type { WireguardDevice, WireguardPeer } from './types.js'

const networkOf = ({ ipaddr, cidrMask }: WireguardAllowedipAttrs) => `${ipaddr}/${cidrMask}`

/** Returns the time of the last handshake; undefined for zero, which means never. */
const dateOf = (time: WireguardPeerAttrs['lastHandshakeTime']) =>
  time === undefined || (time.sec === 0n && time.nsec === 0n)
    ? undefined
    : new Date(Number(time.sec * 1000n + time.nsec / 1_000_000n))

const PeerObject = constructorOf<WireguardPeer, WireguardPeerAttrs>(function (attrs) {
  const presharedKey = secretOf(attrs.presharedKey)
  const endpoint = endpointText(attrs.endpoint)
  const lastHandshake = dateOf(attrs.lastHandshakeTime)
  this.publicKey = attrs.publicKey?.toString('base64') ?? ''
  if (presharedKey !== undefined) this.presharedKey = presharedKey
  if (endpoint !== undefined) this.endpoint = endpoint
  this.allowedIps = (attrs.allowedips ?? []).map(networkOf)
  if (attrs.persistentKeepaliveInterval) this.persistentKeepalive = attrs.persistentKeepaliveInterval
  if (lastHandshake !== undefined) this.lastHandshake = lastHandshake
  this.rxBytes = attrs.rxBytes ?? 0n
  this.txBytes = attrs.txBytes ?? 0n
})

const DeviceObject = constructorOf<WireguardDevice, WireguardMessage>(function ({ attrs }) {
  const privateKey = secretOf(attrs.privateKey)
  this.index = attrs.ifindex ?? 0
  this.name = attrs.ifname ?? ''
  if (privateKey !== undefined) this.privateKey = privateKey
  if (isKey(attrs.publicKey)) this.publicKey = attrs.publicKey.toString('base64')
  this.listenPort = attrs.listenPort ?? 0
  if (attrs.fwmark) this.fwmark = attrs.fwmark
  this.peers = (attrs.peers ?? []).map((peer) => withMessage(withJson(new PeerObject(peer)), peer))
})

/**
 * Joins the messages of one link: a peer whose networks do not fit continues in the next message, with its key and further networks
 * (`wg_get_device_dump`).
 */
export function joined(messages: readonly WireguardMessage[]): WireguardMessage {
  const peers: WireguardPeerAttrs[] = []
  for (const peer of messages.flatMap(({ attrs }) => attrs.peers ?? [])) {
    const last = peers.at(-1)
    const continues =
      last?.publicKey !== undefined && peer.publicKey !== undefined && last.publicKey.equals(peer.publicKey)
    if (continues) last.allowedips = [...(last.allowedips ?? []), ...(peer.allowedips ?? [])]
    else peers.push({ ...peer })
  }
  const [first] = messages
  return { cmd: 0, version: 1, ...first, attrs: { ...first?.attrs, peers } }
}

/** Converts the messages of a link. */
export function toDevice(messages: readonly WireguardMessage[]): WireguardDevice {
  const message = joined(messages)
  return withMessage(withJson(new DeviceObject(message)), message)
}
