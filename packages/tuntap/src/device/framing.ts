import { IFF } from '../abi.js'

/** `tap` for Ethernet frames, `tun` for IP packets. */
export type Mode = 'tap' | 'tun'

/** The headers before each frame of a descriptor, in this order. */
export interface Framing {
  /** `struct tun_pi`, 4 bytes: 2 bytes of flags, then the protocol in network order. */
  readonly pi: boolean
  /** Size of `struct virtio_net_hdr` and its successors in bytes; 0 without IFF_VNET_HDR. */
  readonly vnetHeaderSize: number
}

/** Size of `struct tun_pi`, linux/if_tun.h. */
const PI_SIZE = 4

/** Size of `struct virtio_net_hdr`, linux/virtio_net.h: the kernel's default. */
const VNET_HEADER_SIZE = 10

/** Returns the number of bytes before each frame. */
export const headerSize = ({ pi, vnetHeaderSize }: Framing): number => (pi ? PI_SIZE : 0) + vnetHeaderSize

/** Returns the mode of a device with these flags (TUNGETIFF). */
export const modeOf = (flags: number): Mode => (flags & IFF.TAP ? 'tap' : 'tun')

/**
 * Returns the framing of a device with these flags (TUNGETIFF). They do not contain IFF_NO_PI: its bit means IFF_NOFILTER there, which
 * the kernel sets while the socket has no filter. So the caller adds `pi`.
 */
export const framingOf = (flags: number, pi: boolean): Framing => ({
  pi,
  vnetHeaderSize: flags & IFF.VNET_HDR ? VNET_HEADER_SIZE : 0,
})
