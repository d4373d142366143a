import type { L2TP_ENCAPTYPE, L2TP_PWTYPE, L2tpMessage } from '../../generic/l2tp.js'
import type { Named, NameOf } from '../values/names.js'

/** Counters of a tunnel or session. They begin with zero when it is created. */
export interface L2tpStats {
  readonly txPackets: bigint
  readonly txBytes: bigint
  readonly txErrors: bigint
  readonly rxPackets: bigint
  readonly rxBytes: bigint
  readonly rxErrors: bigint
  /** Packets that were dropped because their sequence number was not the next one. */
  readonly rxSeqDiscards: bigint
  /** Packets that arrived in another order than they were sent. */
  readonly rxOosPackets: bigint
  /** Packets with another cookie. */
  readonly rxCookieDiscards: bigint
  /** Packets that are not L2TP, or of no session. */
  readonly rxInvalid: bigint
}

/** A tunnel of L2TP, as it was read. */
export interface L2tpTunnel {
  /** Number of the tunnel in this namespace. */
  readonly id: number
  /** Number of the tunnel at the peer. */
  readonly peerId: number
  /** Version of the protocol, 2 or 3. */
  readonly version: number
  /** `udp` or `ip`. */
  readonly encap: Named<typeof L2TP_ENCAPTYPE>
  /** Own IPv4 or IPv6 address. */
  readonly local?: string
  /** Address of the peer. */
  readonly remote?: string
  /** Own port, with `udp`. */
  readonly localPort?: number
  /** Port of the peer, with `udp`. */
  readonly remotePort?: number
  /** True if packets over IPv4 are sent with a checksum of UDP. Absent over IPv6. */
  readonly udpCsum?: boolean
  /** True if packets over IPv6 are sent with a checksum of UDP. Absent over IPv4. */
  readonly udp6CsumTx?: boolean
  /** True if packets over IPv6 without a checksum of UDP are dropped. Absent over IPv4. */
  readonly udp6CsumRx?: boolean
  readonly stats: L2tpStats
  /** The message of the kernel. Not enumerable. */
  readonly message: L2tpMessage
}

/** A tunnel of L2TP to add. */
export interface NewL2tpTunnel {
  /** 1 to 4294967295; up to 65535 in version 2. */
  readonly id: number
  /** 1 to 4294967295; up to 65535 in version 2. */
  readonly peerId: number
  /** Default: 3. */
  readonly version?: 2 | 3 | undefined
  /** Default: `udp`. Version 2 has only `udp`. */
  readonly encap?: NameOf<typeof L2TP_ENCAPTYPE> | undefined
  /** Own IPv4 or IPv6 address. */
  readonly local: string
  /** Address of the peer, of the same family. */
  readonly remote: string
  /** Own port. Required with `udp`. */
  readonly localPort?: number | undefined
  /** Port of the peer. Required with `udp`. */
  readonly remotePort?: number | undefined
  /** True to send packets over IPv4 with a checksum of UDP. Default: false. */
  readonly udpCsum?: boolean | undefined
  /** False to send packets over IPv6 without a checksum of UDP. Default: true. */
  readonly udp6CsumTx?: boolean | undefined
  /** False to accept packets over IPv6 without a checksum of UDP. Default: true. */
  readonly udp6CsumRx?: boolean | undefined
}

/** Selects a session by the numbers in this namespace. A session that was read is accepted, too. */
export interface L2tpSessionKey {
  readonly tunnelId: number
  readonly id: number
}

/** Settings of a session that can be changed. */
export interface L2tpSessionChanges {
  /** True to put sequence numbers into packets that are sent. */
  readonly sendSeq?: boolean | undefined
  /** True to drop packets without sequence numbers. */
  readonly recvSeq?: boolean | undefined
  /** True to decide about sequence numbers instead of the peer (LNS mode). */
  readonly lnsMode?: boolean | undefined
  /** Milliseconds that packets wait for earlier ones. 0 drops packets that arrive in another order. */
  readonly reorderTimeout?: number | undefined
}

/** A session of a tunnel, as it was read. */
export interface L2tpSession extends L2tpSessionKey {
  /** Number of the session in the tunnel. */
  readonly id: number
  /** Number of the session at the peer. */
  readonly peerId: number
  readonly tunnelId: number
  readonly peerTunnelId: number
  /** Kind of the frames inside: `eth`, `ppp`, … */
  readonly pseudowire: Named<typeof L2TP_PWTYPE>
  /** Name of its link. Absent if it has none, as with `ppp`. */
  readonly ifname?: string
  /** Bytes that packets from the peer must contain, 8 or 16 hexadecimal digits. */
  readonly cookie?: string
  /** Bytes that packets to the peer contain. */
  readonly peerCookie?: string
  readonly sendSeq: boolean
  readonly recvSeq: boolean
  readonly lnsMode: boolean
  /** True if the socket of the tunnel has an IPsec policy. */
  readonly usingIpsec: boolean
  /** Milliseconds that packets wait for earlier ones. */
  readonly reorderTimeout: number
  readonly stats: L2tpStats
  /** The message of the kernel. Not enumerable. */
  readonly message: L2tpMessage
}

/** A session to add. */
export interface NewL2tpSession extends L2tpSessionChanges {
  readonly id: number
  readonly peerId: number
  /** Number of a tunnel in this namespace. */
  readonly tunnelId: number
  /** Default: `eth`, which creates a link for Ethernet frames. */
  readonly pseudowire?: Named<typeof L2TP_PWTYPE> | undefined
  /** Name of its link. Default: the first free one of `l2tpeth0`, `l2tpeth1`, … */
  readonly ifname?: string | undefined
  /** Bytes that packets from the peer must contain, 8 or 16 hexadecimal digits. Default: none. */
  readonly cookie?: string | undefined
  /** Bytes that packets to the peer contain, 8 or 16 hexadecimal digits. Default: none. */
  readonly peerCookie?: string | undefined
  /** False to send packets without the header between L2TP and the frame. Both ends must agree. Default: true. */
  readonly l2spec?: boolean | undefined
}

/** A tunnel was created, deleted or changed. */
export interface L2tpTunnelEvent {
  readonly kind: 'tunnel'
  readonly type: 'added' | 'removed' | 'changed'
  readonly object: L2tpTunnel
}

/** A session was created, deleted or changed. The kernel also announces sessions that end with their tunnel. */
export interface L2tpSessionEvent {
  readonly kind: 'session'
  readonly type: 'added' | 'removed' | 'changed'
  readonly object: L2tpSession
}

/** The kernel has dropped events, because they were not read in time. */
export interface L2tpOverrun {
  readonly type: 'overrun'
  readonly kind?: undefined
}

/** An event of {@link L2tpOperations.watch}. */
export type L2tpEvent = L2tpTunnelEvent | L2tpSessionEvent | L2tpOverrun
