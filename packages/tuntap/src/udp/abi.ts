import { i32, pad, struct, u8, u32 } from '@netloom/netlink/codec'
import { msghdr } from '@netloom/netlink/socket'

/** `struct mmsghdr`, sendmmsg(2) */
export const mmsghdr = struct('mmsghdr', { ...msghdr.members, len: u32, _pad3: pad(4) })

/** `struct sock_extended_err`, linux/errqueue.h. `info` is the path's MTU for EMSGSIZE. The address of the reporting host follows. */
export const sockExtendedErr = struct('sock_extended_err', {
  errno: u32,
  origin: u8,
  type: u8,
  code: u8,
  _pad: pad(1),
  info: u32,
  data: u32,
})

/** SO_EE_ORIGIN_*, linux/errqueue.h */
export const SO_EE_ORIGIN_LOCAL = 1

/** The last members of `struct in_pktinfo`, linux/in.h, and `struct in6_pktinfo`, linux/ipv6.h, that are read and written in words */
export const inPktinfo = struct('in_pktinfo', { ifindex: i32, specDst: u32, addr: u32 })
export const in6Pktinfo = struct('in6_pktinfo', { addr0: u32, addr1: u32, addr2: u32, addr3: u32, ifindex: i32 })

/** Levels of socket options and control messages, linux/socket.h */
export const SOL_IP = 0
export const SOL_UDP = 17
export const SOL_IPV6 = 41

/** SO_*, asm-generic/socket.h */
export const SO = { REUSEADDR: 2, BROADCAST: 6, REUSEPORT: 15, BINDTODEVICE: 25, MARK: 36, MEMINFO: 55 } as const

/** UDP_*, linux/udp.h */
export const UDP = { SEGMENT: 103, GRO: 104 } as const

/** IP_*, linux/in.h */
export const IP = {
  TOS: 1,
  TTL: 2,
  PKTINFO: 8,
  MTU_DISCOVER: 10,
  RECVERR: 11,
  RECVTOS: 13,
  MTU: 14,
} as const

/** IPV6_*, linux/in6.h */
export const IPV6 = {
  UNICAST_HOPS: 16,
  MTU_DISCOVER: 23,
  MTU: 24,
  RECVERR: 25,
  V6ONLY: 26,
  RECVPKTINFO: 49,
  PKTINFO: 50,
  RECVTCLASS: 66,
  TCLASS: 67,
} as const

/** IP_PMTUDISC_*, linux/in.h; IPV6_PMTUDISC_* have the same numbers. */
export const PMTUDISC = { dont: 0, want: 1, do: 2, probe: 3 } as const

/** `SK_MEMINFO_DROPS` and `SK_MEMINFO_VARS`, linux/sock_diag.h */
export const SK_MEMINFO_DROPS = 8
export const SK_MEMINFO_VARS = 9

/** MSG_ERRQUEUE and MSG_DONTWAIT, linux/socket.h */
export const MSG_ERRQUEUE = 0x2000
export const MSG_DONTWAIT = 0x40
