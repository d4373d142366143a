import type { SecretKey } from '../../codec/secret-key.js'

/** A peer of a WireGuard link, as `wg show` prints it. Its `message` is the decoded attribute, with everything that the kernel reports. */
export interface WireguardPeer {
  /** Base64, as `wg` prints it. */
  readonly publicKey: string
  /** Left out if there is none. Printing and JSON hide it. */
  readonly presharedKey?: SecretKey
  /** Address and port from which the last packet came: `192.0.2.1:51820`, `[2001:db8::1]:51820`. */
  readonly endpoint?: string
  /** The networks of the peer: `10.0.0.0/24`, `2001:db8::/64`. */
  readonly allowedIps: readonly string[]
  /** In seconds; left out if it is off. */
  readonly persistentKeepalive?: number
  /** Left out if there has been none. */
  readonly lastHandshake?: Date
  /** Number of bytes that were received. */
  readonly rxBytes: bigint
  /** Number of bytes that were sent. */
  readonly txBytes: bigint
}

/** A WireGuard link with its peers, as `wg show` prints it. */
export interface WireguardDevice {
  readonly index: number
  readonly name: string
  /** Left out if there is none. Printing and JSON hide it. */
  readonly privateKey?: SecretKey
  /** Base64. Left out if there is no private key. */
  readonly publicKey?: string
  /** The UDP port; 0 if the kernel has not chosen one. */
  readonly listenPort: number
  /** Mark of the packets that the link sends; left out if there is none. */
  readonly fwmark?: number
  readonly peers: readonly WireguardPeer[]
}

/**
 * A key to set: 32 bytes in base64 (44 characters), as `wg genkey` prints them, or one that was read. `none` stands for no key, and
 * removes one.
 */
export type NewWireguardKey = string | SecretKey

/** The key and the settings of a peer. Settings that are left out are not changed; those of a new peer have their defaults. */
export interface NewWireguardPeer {
  /** 32 bytes in base64. It identifies the peer. */
  readonly publicKey: string
  readonly presharedKey?: NewWireguardKey | undefined
  /** Address and port: `192.0.2.1:51820`, `[2001:db8::1]:51820`, `[fe80::1%7]:51820` with the index of a link. Names are not looked up. */
  readonly endpoint?: string | undefined
  /** Networks to add. A network moves from the peer that has it. */
  readonly allowedIps?: readonly string[] | undefined
  /** True to remove the networks that the peer has, before `allowedIps` are added. */
  readonly replaceAllowedIps?: boolean | undefined
  /** In seconds, from 1 to 65535; 0 for off. */
  readonly persistentKeepalive?: number | undefined
  /** True to remove the peer. It is not an error if it does not exist. */
  readonly remove?: boolean | undefined
  /** True to ignore the peer if it does not exist. */
  readonly updateOnly?: boolean | undefined
}

/** Settings of a WireGuard link. Those that are left out are not changed. */
export interface WireguardSettings {
  readonly privateKey?: NewWireguardKey | undefined
  /** A UDP port; 0 lets the kernel choose one. */
  readonly listenPort?: number | undefined
  /** Mark of the packets that the link sends; 0 for none. */
  readonly fwmark?: number | undefined
  readonly peers?: readonly NewWireguardPeer[] | undefined
  /** True to remove the peers that the link has, before `peers` are added. Their sessions end. */
  readonly replacePeers?: boolean | undefined
}

/** Settings and all peers that a WireGuard link has after {@link WireguardOperations.sync}. */
export interface WireguardSync extends Omit<WireguardSettings, 'replacePeers' | 'peers'> {
  /** All peers. A setting that is left out has its default afterwards, and no other networks remain. */
  readonly peers: readonly Omit<NewWireguardPeer, 'remove' | 'updateOnly' | 'replaceAllowedIps'>[]
}

/** The peers that {@link WireguardOperations.sync} changed, by their public keys. */
export interface WireguardSynced {
  /** True if something was sent. */
  readonly changed: boolean
  readonly added: readonly string[]
  readonly updated: readonly string[]
  readonly removed: readonly string[]
}
