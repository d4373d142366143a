import { perOrder } from '../codec/codec.js'
import { fixedCodec } from '../codec/fixed.js'
import {
  attributes,
  bytes,
  constants,
  EncodeError,
  type Fixed,
  multi,
  show,
  struct,
  u8,
  u16,
  u32,
} from '../codec/index.js'

/** SKNLGRP_*, linux/sock_diag.h: multicast groups that announce closed sockets */
export const SKNLGRP = constants('SKNLGRP', {
  INET_TCP_DESTROY: 1,
  INET_UDP_DESTROY: 2,
  INET6_TCP_DESTROY: 3,
  INET6_UDP_DESTROY: 4,
})

/** SK_MEMINFO_*, linux/sock_diag.h: the memory use of a socket in bytes. In C it is an array of u32. */
export const skMeminfo = struct(
  'SK_MEMINFO',
  {
    rmemAlloc: u32,
    rcvbuf: u32,
    wmemAlloc: u32,
    sndbuf: u32,
    fwdAlloc: u32,
    wmemQueued: u32,
    optmem: u32,
    backlog: u32,
    drops: u32, // number of dropped datagrams
  },
  { growable: true },
)

/** SK_DIAG_BPF_STORAGE_REQ_*, linux/sock_diag.h: BPF maps whose values to include; an empty nest means all maps */
export const skDiagBpfStorageReqAttrs = attributes('SK_DIAG_BPF_STORAGE_REQ', {
  mapFd: [1, multi(u32)],
})

/** SK_DIAG_BPF_STORAGE_*, linux/sock_diag.h: the socket's value in a BPF map of type SK_STORAGE */
export const skDiagBpfStorageAttrs = attributes('SK_DIAG_BPF_STORAGE', {
  pad: [1, bytes],
  mapId: [2, u32],
  mapValue: [3, bytes], // in the layout of the map's program
})

/** SK_DIAG_BPF_STORAGE_REP_*, linux/sock_diag.h */
export const skDiagBpfStorageRepAttrs = attributes('SK_DIAG_BPF_STORAGE_REP', {
  storage: [1, multi(skDiagBpfStorageAttrs), 'SK_DIAG_BPF_STORAGE'],
})

/** `struct sock_filter`, linux/filter.h: an instruction of classic BPF */
export const diagSockFilter = struct('sock_filter', { code: u16, jt: u8, jf: u8, k: u32 })

/** `__u32 cookie[2]`, with the lower half first. It distinguishes a socket from later ones with the same addresses. */
export const cookie: Fixed<bigint> = {
  kind: 'integer',
  name: 'cookie',
  size: 8,
  layout: { type: 'bytes' },
  codec: perOrder((order) => {
    const half = u32.codec(order)
    return fixedCodec<bigint>('cookie', 8, {
      read: (bytes, at) => BigInt(half.read(bytes, at)) | (BigInt(half.read(bytes, at + 4)) << 32n),
      write(bytes, at, value) {
        if (typeof value !== 'bigint' || BigInt.asUintN(64, value) !== value)
          throw new EncodeError(`expected cookie (a bigint of 64 bits), got ${show(value)}`)
        half.write(bytes, at, Number(value & 0xffff_ffffn))
        half.write(bytes, at + 4, Number(value >> 32n))
      },
    })
  }),
}

/** A cookie that matches every socket: INET_DIAG_NOCOOKIE, linux/inet_diag.h, in both halves */
export const NO_COOKIE = 0xffff_ffff_ffff_ffffn
