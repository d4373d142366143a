import { type Fixed, i32, u32 } from '@netloom/netlink/codec'
import { ifreqAddress, ifreqData, ifreqFlags, ifreqInt, sockFprog, tunFilter } from '../abi.js'

/** `_IO`, `_IOW` and `_IOR` with the type 'T', asm-generic/ioctl.h (x86-64, arm64). `size` is that of the type in the header's macro. */
const io = (number: number) => 0x5400 + number
const iow = (number: number, size = 4) => 0x4000_5400 + size * 0x1_0000 + number
const ior = (number: number, size = 4) => 0x8000_5400 + size * 0x1_0000 + number

/** Argument that is a number itself, not an address. */
const byValue = undefined

/** An ioctl. */
export interface Ioctl<A extends Fixed<unknown> | undefined = Fixed<unknown> | undefined> {
  readonly request: number
  /** The memory that the argument points to; undefined if the argument is a number itself. */
  readonly argument: A
  /** Explanations of its errors, by the name of the error. */
  readonly reasons: Readonly<Record<string, string>>
}

const ioctl = <A extends Fixed<unknown> | undefined>(
  request: number,
  argument: A,
  reasons: Readonly<Record<string, string>> = {},
): Ioctl<A> => ({ request, argument, reasons })

const ONLY_TAP = 'only a tap device has this filter'
const NOT_VNET = 'the kernel does not support it'

/** Explanations of errors that every ioctl of the driver can return (`__tun_chr_ioctl` of drivers/net/tun.c). */
export const commonReasons: Readonly<Record<string, string>> = {
  EBADF: 'the descriptor is not open',
  EBADFD: 'the device was deleted',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files in the system',
  ENODEV: 'no such device',
  ENOLINK: 'the link of this macvtap was deleted',
  ENOTTY: 'the descriptor is not one of a tun or tap device',
  EPERM: 'CAP_NET_ADMIN is required',
}

/**
 * The ioctls of linux/if_tun.h, and those of linux/sockios.h that tun devices or their links support. The argument is the
 * type that the kernel reads or writes, which is not always the one in the macro of the header.
 */
export const ioctls = {
  TUNSETNOCSUM: ioctl(iow(200), byValue), // no effect
  TUNSETDEBUG: ioctl(iow(201), byValue),
  TUNSETIFF: ioctl(iow(202), ifreqFlags, {
    EBUSY: 'device exists',
    EEXIST: 'device exists',
    EINVAL: 'the kernel does not accept these flags or this name',
    ENFILE: 'every name of this pattern is taken',
  }),
  TUNSETPERSIST: ioctl(iow(203), byValue),
  TUNSETOWNER: ioctl(iow(204), byValue, { EINVAL: 'the user namespace does not map this uid' }),
  TUNSETLINK: ioctl(iow(205), byValue, { EBUSY: 'the link is up' }),
  TUNSETGROUP: ioctl(iow(206), byValue, { EINVAL: 'the user namespace does not map this gid' }),
  TUNGETFEATURES: ioctl(ior(207), u32),
  TUNSETOFFLOAD: ioctl(iow(208), byValue, { EINVAL: 'the kernel does not support this combination' }),
  TUNSETTXFILTER: ioctl(iow(209), tunFilter, { EINVAL: ONLY_TAP }),
  TUNGETIFF: ioctl(ior(210), ifreqFlags, { EBADFD: 'no device is attached, or it was deleted' }),
  TUNGETSNDBUF: ioctl(ior(211), i32),
  TUNSETSNDBUF: ioctl(iow(212), i32, { EINVAL: 'the size must be positive' }),
  TUNATTACHFILTER: ioctl(iow(213, sockFprog.size), sockFprog, {
    EINVAL: 'the program is invalid, or the device is not a tap device',
    ENOMEM: 'the program exceeds net.core.optmem_max',
    EPERM: 'the filter is locked',
  }),
  TUNDETACHFILTER: ioctl(iow(214, sockFprog.size), sockFprog, { EINVAL: ONLY_TAP }),
  TUNGETVNETHDRSZ: ioctl(ior(215), i32),
  TUNSETVNETHDRSZ: ioctl(iow(216), i32, { EINVAL: 'the size must be at least 10' }),
  TUNSETQUEUE: ioctl(iow(217), ifreqFlags),
  TUNSETIFINDEX: ioctl(iow(218), i32, { EPERM: 'the descriptor is already attached' }),
  TUNGETFILTER: ioctl(ior(219, sockFprog.size), sockFprog, { EINVAL: ONLY_TAP }),
  TUNSETVNETLE: ioctl(iow(220), i32),
  TUNGETVNETLE: ioctl(ior(221), i32),
  TUNSETVNETBE: ioctl(iow(222), i32, { EINVAL: NOT_VNET }),
  TUNGETVNETBE: ioctl(ior(223), i32, { EINVAL: NOT_VNET }),
  TUNSETSTEERINGEBPF: ioctl(ior(224), i32, {
    EBADF: 'the program is not an open descriptor',
    EINVAL: 'the descriptor is not one of a program of type BPF_PROG_TYPE_SOCKET_FILTER',
  }),
  TUNSETFILTEREBPF: ioctl(ior(225), i32, {
    EBADF: 'the program is not an open descriptor',
    EINVAL: 'the descriptor is not one of a program of type BPF_PROG_TYPE_SOCKET_FILTER',
  }),
  TUNSETCARRIER: ioctl(iow(226), u32, { EPERM: 'no queue is attached' }),
  TUNGETDEVNETNS: ioctl(io(227), byValue, { EPERM: 'CAP_NET_ADMIN is required in the namespace of the device' }),

  SIOCGIFNAME: ioctl(0x8910, ifreqInt),
  SIOCGIFFLAGS: ioctl(0x8913, ifreqFlags),
  SIOCSIFFLAGS: ioctl(0x8914, ifreqFlags),
  SIOCGIFMTU: ioctl(0x8921, ifreqInt),
  SIOCSIFMTU: ioctl(0x8922, ifreqInt, { EINVAL: 'the MTU is out of range' }),
  SIOCSIFHWADDR: ioctl(0x8924, ifreqAddress, {
    EADDRNOTAVAIL: 'it is a multicast address or zero',
    EBUSY: 'the link is up',
    EOPNOTSUPP: 'the device has no address',
  }),
  SIOCGIFHWADDR: ioctl(0x8927, ifreqAddress),
  SIOCGIFINDEX: ioctl(0x8933, ifreqInt),
  SIOCETHTOOL: ioctl(0x8946, ifreqData),
} as const

/** Name of an ioctl, for example `TUNSETIFF`. */
export type IoctlName = keyof typeof ioctls

/** The value of an ioctl's argument. */
export type ArgumentOf<N extends IoctlName> = (typeof ioctls)[N]['argument'] extends Fixed<infer T> ? T : number
