import type { Descriptor } from '@netloom/netlink/socket'
import { IFF, IFF_NOFILTER } from '../abi.js'
import type { Mode } from '../device/framing.js'
import type { Queue } from '../device/queue.js'
import { ioctl } from './call.js'

/** Flags of TUNSETIFF that the kernel supports (TUNGETFEATURES). */
export interface Features {
  readonly tun: boolean
  readonly tap: boolean
  readonly napi: boolean
  readonly napiFrags: boolean
  /** IFF_NO_CARRIER: `carrier: false` applies from the first moment. */
  readonly noCarrier: boolean
  readonly multiQueue: boolean
  /** IFF_NO_PI: `pi: false`. */
  readonly noPi: boolean
  readonly vnetHdr: boolean
}

/** State of a queue and its device (TUNGETIFF). */
export interface DeviceFlags {
  readonly mode: Mode
  readonly multiQueue: boolean
  readonly vnetHdr: boolean
  readonly napi: boolean
  readonly napiFrags: boolean
  readonly persist: boolean
  /** True after `detachQueue`. */
  readonly detached: boolean
  /**
   * True if the queue has a classic BPF program. The kernel reports its absence by the bit of IFF_NO_PI, so this is undefined for a
   * device without `struct tun_pi`.
   */
  readonly filtered: boolean | undefined
}

/** Reads what the kernel supports with an open descriptor of /dev/net/tun, and closes it. @throws {TunTapError} */
export function readFeatures(node: Descriptor): Features {
  try {
    const flags = ioctl(node.fd, 'TUNGETFEATURES', 0, { name: '/dev/net/tun' })
    const has = (flag: number) => (flags & flag) !== 0
    return {
      tun: has(IFF.TUN),
      tap: has(IFF.TAP),
      napi: has(IFF.NAPI),
      napiFrags: has(IFF.NAPI_FRAGS),
      noCarrier: has(IFF.NO_CARRIER),
      multiQueue: has(IFF.MULTI_QUEUE),
      noPi: has(IFF.NO_PI),
      vnetHdr: has(IFF.VNET_HDR),
    }
  } finally {
    node.close()
  }
}

/** Reads the flags of a queue. @throws {TunTapError} */
export function readFlags(queue: Queue): DeviceFlags {
  const { flags } = ioctl(queue.openFd(), 'TUNGETIFF', {}, queue)
  const has = (flag: number) => (flags & flag) !== 0
  return {
    mode: queue.mode,
    multiQueue: has(IFF.MULTI_QUEUE),
    vnetHdr: has(IFF.VNET_HDR),
    napi: has(IFF.NAPI),
    napiFrags: has(IFF.NAPI_FRAGS),
    persist: has(IFF.PERSIST),
    detached: has(IFF.DETACH_QUEUE),
    filtered: queue.framing.pi ? !has(IFF_NOFILTER) : undefined,
  }
}
