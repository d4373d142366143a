import { WGPEER_F, type WireguardDeviceAttrs } from '../../generic/wireguard.js'
import { checkSameLink } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import type { LinkRef } from '../values/link-ref.js'
import { encodePeer, encodeSettings } from './encode.js'
import { keyOf, ofKind, request } from './read.js'
import { split } from './split.js'
import type { NewWireguardPeer, WireguardSettings } from './types.js'

/** Sends settings of a link, in as many messages as they need. */
export function* send(link: LinkRef, attrs: WireguardDeviceAttrs): Operation<void> {
  yield* checkSameLink('WG_CMD_SET_DEVICE', 'link', link)
  const key = yield* keyOf(link)
  for (const part of split(attrs))
    yield* ofKind(link, request('change', 'WG_CMD_SET_DEVICE', { attrs: { ...key, ...part } }))
}

/** Changes settings and peers of a link. */
export const set = (link: LinkRef, settings: WireguardSettings): Operation<void> => send(link, encodeSettings(settings))

/** Adds a peer, or changes it. */
export const setPeer = (link: LinkRef, peer: NewWireguardPeer): Operation<void> =>
  send(link, { peers: [encodePeer('peer', peer)] })

/** Removes a peer. */
export const removePeer = (link: LinkRef, publicKey: string): Operation<void> => {
  const { flags: _, ...peer } = encodePeer('peer', { publicKey, remove: true })
  return send(link, { peers: [{ ...peer, flags: WGPEER_F.REMOVE_ME | WGPEER_F.UPDATE_ONLY }] })
}
