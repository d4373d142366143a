import { charArray, constants, IFNAMSIZ, i32, macaddr, pad, struct, u16, u64 } from '@netloom/netlink/codec'

const name = charArray(IFNAMSIZ)

/** `struct ifreq`, linux/if.h: 40 bytes on 64-bit machines. With `ifr_flags`: IFF_* of linux/if_tun.h or linux/if.h. */
export const ifreqFlags = struct('ifreq', { name, flags: u16, _pad: pad(22) })

/** `struct ifreq` with `ifr_ifindex` or `ifr_mtu`. */
export const ifreqInt = struct('ifreq', { name, value: i32, _pad: pad(20) })

/** `struct ifreq` with `ifr_hwaddr` of 6 bytes. Its family is the link type, ARPHRD_*. */
export const ifreqAddress = struct('ifreq', { name, family: u16, address: macaddr, _pad: pad(16) })

/** `struct ifreq` with `ifr_data`: the address of a command. */
export const ifreqData = struct('ifreq', { name, data: u64, _pad: pad(16) })

/** `struct sock_fprog`, linux/filter.h: `filter` is the address of `length` instructions. */
export const sockFprog = struct('sock_fprog', { length: u16, _pad: pad(6), filter: u64 })

/** `struct tun_filter`, linux/if_tun.h. `count` MAC addresses of 6 bytes follow. */
export const tunFilter = struct('tun_filter', { flags: u16, count: u16 })

/** TUN_FLT_*, linux/if_tun.h */
export const TUN_FLT_ALLMULTI = 1

/**
 * IFF_* of TUNSETIFF and TUNGETIFF, linux/if_tun.h. TUN_EXCL refuses a name that exists. PERSIST and DETACH_QUEUE are only
 * reported, except by TUNSETQUEUE. ONE_QUEUE has no effect.
 */
export const IFF = constants('IFF', {
  TUN: 0x0001,
  TAP: 0x0002,
  NAPI: 0x0010,
  NAPI_FRAGS: 0x0020,
  NO_CARRIER: 0x0040,
  MULTI_QUEUE: 0x0100,
  ATTACH_QUEUE: 0x0200,
  DETACH_QUEUE: 0x0400,
  PERSIST: 0x0800,
  NO_PI: 0x1000,
  ONE_QUEUE: 0x2000,
  VNET_HDR: 0x4000,
  TUN_EXCL: 0x8000,
})

/** IFF_NOFILTER of TUNGETIFF, linux/if_tun.h: the queue has no classic filter. TUNSETIFF uses the same bit as IFF_NO_PI. */
export const IFF_NOFILTER = 0x1000

/** IFF_UP, linux/if.h */
export const IFF_UP = 1

/** TUN_F_* of TUNSETOFFLOAD, linux/if_tun.h */
export const TUN_F = constants('TUN_F', {
  CSUM: 0x01,
  TSO4: 0x02,
  TSO6: 0x04,
  TSO_ECN: 0x08,
  UFO: 0x10,
  USO4: 0x20,
  USO6: 0x40,
  UDP_TUNNEL_GSO: 0x080,
  UDP_TUNNEL_GSO_CSUM: 0x100,
})
