import { WGPEER_F, type WireguardDeviceAttrs, type WireguardPeerAttrs } from '../../generic/wireguard.js'

/** Size of the peers of one message, at most, in bytes. An attribute has fewer than 65,536 bytes. */
const LIMIT = 32_768
/** The largest size of a peer without its networks: its key, preshared key, IPv6 endpoint, flags and interval, with their headers. */
const PEER_SIZE = 160
/** The size of an IPv6 network: its family, address and prefix length, with their headers. */
const NETWORK_SIZE = 40

/** Flags that the parts of a peer after the first one have: their networks are added, only to a peer that exists. */
const continued = (flags = 0) => (flags & ~WGPEER_F.REPLACE_ALLOWEDIPS) | WGPEER_F.UPDATE_ONLY

/** Number of networks that still fit. */
const roomFor = (used: number) => Math.floor((LIMIT - used - PEER_SIZE) / NETWORK_SIZE)

const sizeOf = ({ allowedips = [] }: WireguardPeerAttrs) => PEER_SIZE + allowedips.length * NETWORK_SIZE

/** Returns peers that together fit into a message, and the rest. A peer whose networks do not fit is divided. */
function* divided(peers: readonly WireguardPeerAttrs[]): Generator<readonly WireguardPeerAttrs[]> {
  let part: WireguardPeerAttrs[] = []
  let used = 0
  for (const peer of peers) {
    let rest = peer
    while (used + sizeOf(rest) > LIMIT) {
      const room = Math.max(0, roomFor(used))
      const { allowedips = [] } = rest
      // A message that is almost full takes no part of a peer that fits into the next one.
      if (room > 0 && sizeOf(rest) > LIMIT) {
        part.push({ ...rest, allowedips: allowedips.slice(0, room) })
        const { publicKey, flags } = rest
        rest = { ...(publicKey && { publicKey }), flags: continued(flags), allowedips: allowedips.slice(room) }
      }
      yield part
      part = []
      used = 0
    }
    part.push(rest)
    used += sizeOf(rest)
  }
  yield part
}

/**
 * Divides the settings of a link into messages. Only the first one has settings of the link and removes its peers, and only the first
 * part of a peer has its settings and removes its networks.
 */
export function* split(attrs: WireguardDeviceAttrs): Generator<WireguardDeviceAttrs> {
  const { peers, ...settings } = attrs
  if (peers === undefined) {
    yield settings
    return
  }
  let first: WireguardDeviceAttrs | undefined = settings
  for (const part of divided(peers)) {
    yield { ...first, peers: [...part] }
    first = undefined
  }
}
