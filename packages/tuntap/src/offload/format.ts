import { ArgumentError, show } from '@netloom/netlink/codec'
import type { Framing, Mode } from '../device/framing.js'
import { checkBoolean, checkMode, checkObject } from '../options.js'

/** The format of a device's frames. A `TunTap` has these members. */
export interface FrameFormat {
  readonly mode: Mode
  readonly framing: Framing
}

/** Most bytes before a packet: `struct tun_pi`, the longest virtio header, Ethernet's header and two VLAN tags. */
const MOST_HEADERS = 4 + 24 + 22

/** Longest frame that a device delivers or accepts. */
export const LONGEST_FRAME = 65535 + MOST_HEADERS

/** Size of the shortest virtio header. */
const LEAST_VNET_HEADER = 10

/** Checks the format of frames. @throws {TypeError} */
export function checkFormat(format: FrameFormat): void {
  if (typeof format !== 'object' || format === null)
    throw new ArgumentError(`expected a device or the format of its frames, got ${show(format)}`)
  const { mode, framing } = format
  checkMode('mode', mode)
  checkObject('framing', framing)
  const { pi, vnetHeaderSize: size, vnetByteOrder: order } = framing
  checkBoolean('framing.pi', pi)
  if (!(size === 0 || (Number.isInteger(size) && size >= LEAST_VNET_HEADER)))
    throw new ArgumentError(`expected framing.vnetHeaderSize 0 or from ${LEAST_VNET_HEADER}, got ${show(size)}`)
  if (order !== 'little' && order !== 'big')
    throw new ArgumentError(`expected framing.vnetByteOrder 'little' or 'big', got ${show(order)}`)
}
