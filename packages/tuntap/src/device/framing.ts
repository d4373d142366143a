import { IFF } from '../abi.js'

/** `tap` for Ethernet frames, `tun` for IP packets. */
export type Mode = 'tap' | 'tun'

/**
 * Sizes of `struct virtio_net_hdr` (10 bytes) and its successors: `virtio_net_hdr_v1` (or `virtio_net_hdr_mrg_rxbuf`),
 * `virtio_net_hdr_v1_hash` and `virtio_net_hdr_v1_hash_tunnel`. linux/virtio_net.h
 */
export const VNET_HEADER_SIZES = [10, 12, 20, 24] as const
export type VnetHeaderSize = (typeof VNET_HEADER_SIZES)[number]

/** The headers before each frame of a descriptor, in this order. */
export interface Framing {
  /** `struct tun_pi`, 4 bytes: 2 bytes of flags, then the protocol in network order. */
  readonly pi: boolean
  /** Size of `struct virtio_net_hdr` and its successors in bytes; 0 without IFF_VNET_HDR. */
  readonly vnetHeaderSize: number
  /** Byte order of the members of that header. */
  readonly vnetByteOrder: 'little' | 'big'
}

/** Size of `struct tun_pi`, linux/if_tun.h. */
const PI_SIZE = 4

/** Returns the number of bytes before each frame. */
export const headerSize = ({ pi, vnetHeaderSize }: Framing): number => (pi ? PI_SIZE : 0) + vnetHeaderSize

/** Returns the mode of a device with these flags (TUNGETIFF). */
export const modeOf = (flags: number): Mode => (flags & IFF.TAP ? 'tap' : 'tun')
