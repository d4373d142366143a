import { ArgumentError } from '@netloom/netlink/codec'
import { TUN_F } from '../abi.js'

/** Segmentation and checksums that the reader of the frames does instead of the kernel: TUN_F_* of linux/if_tun.h. */
export interface Offload {
  /** Frames may lack their checksums (TUN_F_CSUM). All others require it. */
  readonly csum?: boolean | undefined
  /** Frames may be TCP segments over IPv4 of up to 64 KiB (TUN_F_TSO4). */
  readonly tso4?: boolean | undefined
  /** The same over IPv6 (TUN_F_TSO6). */
  readonly tso6?: boolean | undefined
  /** Such segments may have ECN bits (TUN_F_TSO_ECN). Requires `tso4` or `tso6`. */
  readonly tsoEcn?: boolean | undefined
  /** Frames may be UDP datagrams of several segments (TUN_F_USO4 and TUN_F_USO6, which the kernel accepts only together; Linux 6.2). */
  readonly uso?: boolean | undefined
  /**
   * Such frames may be encapsulated in UDP (TUN_F_UDP_TUNNEL_GSO, Linux 6.17). Requires `tso4`, `tso6` or `uso`, and a virtio header of 24
   * bytes.
   */
  readonly tunnel?: boolean | undefined
  /** The outer UDP checksum may be missing too (TUN_F_UDP_TUNNEL_GSO_CSUM). Requires `tunnel`. */
  readonly tunnelCsum?: boolean | undefined
}

/** Name of an offload. */
export type OffloadName = keyof Offload

/** The bits of each offload. */
export const offloadBits: Readonly<Record<OffloadName, number>> = {
  csum: TUN_F.CSUM,
  tso4: TUN_F.TSO4,
  tso6: TUN_F.TSO6,
  tsoEcn: TUN_F.TSO_ECN,
  uso: TUN_F.USO4 | TUN_F.USO6,
  tunnel: TUN_F.UDP_TUNNEL_GSO,
  tunnelCsum: TUN_F.UDP_TUNNEL_GSO_CSUM,
}

export const OFFLOADS = Object.keys(offloadBits) as OffloadName[]

/** Returns the bits of the offloads that are on. */
export const bitsOf = (offload: Offload): number =>
  OFFLOADS.reduce((all, key) => (offload[key] ? all | offloadBits[key] : all), 0)

/** Throws a TypeError if an offload lacks another one that it requires (`set_offload`). */
export function checkRequired({ csum, tso4, tso6, tsoEcn, uso, tunnel, tunnelCsum }: Offload): void {
  const needs = (key: string, used: boolean | undefined, found: boolean | undefined, needed: string) => {
    if (used && !found) throw new ArgumentError(`expected ${needed} with ${key}`)
  }
  const segments = tso4 || tso6 || uso
  needs('an offload', segments || tsoEcn || tunnel || tunnelCsum, csum, 'csum: true')
  needs('tsoEcn', tsoEcn, tso4 || tso6, 'tso4 or tso6')
  needs('tunnel', tunnel, segments, 'tso4, tso6 or uso')
  needs('tunnelCsum', tunnelCsum, tunnel, 'tunnel')
}
