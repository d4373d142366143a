import type { Framing, Mode } from '../device/framing.js'

/** The format of a device's frames. A `TunTap` has these members. */
export interface FrameFormat {
  readonly mode: Mode
  readonly framing: Framing
}

/** Most bytes before a packet: `struct tun_pi`, the longest virtio header, Ethernet's header and two VLAN tags. */
const MOST_HEADERS = 4 + 24 + 22

/** Longest frame that a device delivers or accepts. */
export const LONGEST_FRAME = 65535 + MOST_HEADERS
