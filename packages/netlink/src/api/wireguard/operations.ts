import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { wireguard } from '../../generic/wireguard.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { withLinks } from '../run/with-links.js'
import { describeLink } from '../values/describe.js'
import type { LinkRef } from '../values/link-ref.js'
import { generatePresharedKey, generatePrivateKey, publicKeyOf } from './generate.js'
import { get, list } from './read.js'
import { sync } from './sync.js'
import type {
  NewWireguardKey,
  NewWireguardPeer,
  WireguardDevice,
  WireguardSettings,
  WireguardSync,
  WireguardSynced,
} from './types.js'
import { removePeer, set, setPeer } from './write.js'

/** Operations that send requests. */
interface WireguardRequests {
  /** Lists all WireGuard links with their peers, like `wg show all`. Keys are hidden when they are printed. */
  list(options?: WaitOptions): Promise<WireguardDevice[]>

  /** Lists all WireGuard links with their peers. Synchronous form of {@link WireguardOperations.list}. */
  listSync(options?: TimeoutOptions): WireguardDevice[]

  /**
   * Returns a WireGuard link with its peers, like `wg show wg0`; `undefined` if there is no such link.
   * @throws {NetlinkError} `EOPNOTSUPP` if the link is of another kind
   */
  get(link: LinkRef, options?: WaitOptions): Promise<WireguardDevice | undefined>

  /** Returns a WireGuard link with its peers. Synchronous form of {@link WireguardOperations.get}. */
  getSync(link: LinkRef, options?: TimeoutOptions): WireguardDevice | undefined

  /**
   * Changes settings and peers of a link, like `wg set`. Settings and peers that are left out stay as they are. More peers than fit into a
   * message are sent in several ones, each of which takes effect on its own.
   * @throws {TypeError} for a wrong key, endpoint or network, before anything is sent. The error does not contain the key.
   */
  set(link: LinkRef, settings: WireguardSettings, options?: WaitOptions): Promise<void>

  /** Changes settings and peers of a link, like `wg set`. Synchronous form of {@link WireguardOperations.set}. */
  setSync(link: LinkRef, settings: WireguardSettings, options?: TimeoutOptions): void

  /**
   * Makes the peers of a link equal to a list, like `wg syncconf`: adds, changes and removes peers. Sessions of peers that do not change
   * continue. A peer whose `endpoint` is left out keeps that of its last packet.
   * @returns the peers that were changed
   */
  sync(link: LinkRef, settings: WireguardSync, options?: WaitOptions): Promise<WireguardSynced>

  /** Makes the peers of a link equal to a list, like `wg syncconf`. Synchronous form of {@link WireguardOperations.sync}. */
  syncSync(link: LinkRef, settings: WireguardSync, options?: TimeoutOptions): WireguardSynced

  /** Adds a peer, or changes the one with this public key, like `wg set wg0 peer KEY`. */
  setPeer(link: LinkRef, peer: NewWireguardPeer, options?: WaitOptions): Promise<void>

  /** Adds a peer, or changes the one with this public key. Synchronous form of {@link WireguardOperations.setPeer}. */
  setPeerSync(link: LinkRef, peer: NewWireguardPeer, options?: TimeoutOptions): void

  /** Removes a peer, like `wg set wg0 peer KEY remove`. It is not an error if it does not exist. */
  removePeer(link: LinkRef, publicKey: string, options?: WaitOptions): Promise<void>

  /** Removes a peer. Synchronous form of {@link WireguardOperations.removePeer}. */
  removePeerSync(link: LinkRef, publicKey: string, options?: TimeoutOptions): void
}

/** Operations on WireGuard links, their keys and peers: `nl.wireguard`. Links are created by `nl.link.add({ name: 'wg0', kind: 'wireguard' })`. */
export interface WireguardOperations extends WireguardRequests {
  /** Returns a new private key in base64, like `wg genkey`. */
  generatePrivateKey(): string
  /** Returns a new preshared key in base64, like `wg genpsk`. */
  generatePresharedKey(): string
  /** Returns the public key of a private key, like `wg pubkey`. @throws {TypeError} if it is not a key */
  publicKeyOf(privateKey: NewWireguardKey): string
}

/** Creates the operations. */
export const open = (connections: Connections): WireguardOperations => {
  const connection = withLinks(connections, () => connections.generic(wireguard) as AnyConnection)
  const requests = bind<WireguardRequests>(new Runner(() => connection, 'WireGuard link', describeLink), {
    list: { arguments: 0, run: list },
    get: { arguments: 1, run: get },
    set: { arguments: 2, run: set },
    sync: { arguments: 2, run: sync },
    setPeer: { arguments: 2, run: setPeer },
    removePeer: { arguments: 2, run: removePeer },
  })
  return { ...requests, generatePrivateKey, generatePresharedKey, publicKeyOf }
}
