import { charArray, compile, encode, IFNAMSIZ, type Infer, i32, pad, struct, u16 } from '@netloom/netlink/codec'
import { libc, SystemError, uninterrupted } from '@netloom/netlink/socket'

/** `struct ifreq`, linux/if.h, as the tun driver uses it: 40 bytes on 64-bit machines. */
export const ifreq = struct('ifreq', {
  name: charArray(IFNAMSIZ),
  flags: u16, // IFF_* of linux/if_tun.h
  _pad: pad(22),
})
export type Ifreq = Infer<typeof ifreq>

/** The same `struct ifreq` for SIOCGIFINDEX. */
export const ifreqIndex = struct('ifreq', { name: charArray(IFNAMSIZ), index: i32, _pad: pad(20) })

/** IFF_* of TUNSETIFF, linux/if_tun.h. TUN_EXCL refuses a name that exists. */
export const IFF = {
  TUN: 0x0001,
  TAP: 0x0002,
  MULTI_QUEUE: 0x0100,
  NO_PI: 0x1000,
  VNET_HDR: 0x4000,
  TUN_EXCL: 0x8000,
} as const

/** `_IOW('T', number, int)` and `_IOR('T', number, unsigned int)`, asm-generic/ioctl.h (x86-64, arm64) */
const iow = (number: number) => 0x400454_00 + number
const ior = (number: number) => 0x800454_00 + number

/** Ioctl requests that this package makes, linux/if_tun.h; SIOCGIFINDEX of linux/sockios.h. */
export const requests = {
  TUNSETIFF: iow(202),
  TUNSETPERSIST: iow(203),
  TUNSETOWNER: iow(204),
  TUNSETGROUP: iow(206),
  TUNGETIFF: ior(210),
  TUNSETCARRIER: iow(226),
  SIOCGIFINDEX: 0x8933,
} as const
export type IoctlName = keyof typeof requests

/** Error of a failed ioctl on a tun or tap device. Branch on `ioctl` and `code`. */
export class TunTapError extends SystemError {
  override readonly name = 'TunTapError'

  constructor(
    /** Name of the request, e.g. `TUNSETIFF`. */
    readonly ioctl: IoctlName,
    errno: number,
    device: string,
  ) {
    super(`ioctl ${ioctl}`, errno, device)
  }
}

function throwIfFailed(name: IoctlName, device: string, call: () => number): void {
  const result = uninterrupted(call)
  if (result < 0) throw new TunTapError(name, -result, device)
}

/** Makes an ioctl whose argument is a struct, which the kernel may write to. @throws {TunTapError} if it fails */
export function ioctl(fd: number, name: IoctlName, argument: Buffer, device: string): void {
  throwIfFailed(name, device, () => libc.ioctl(fd, requests[name], argument))
}

/** Makes an ioctl whose argument is the value itself. @throws {TunTapError} if it fails */
export function ioctlValue(fd: number, name: IoctlName, value: number, device: string): void {
  throwIfFailed(name, device, () => libc.ioctlValue(fd, requests[name], value))
}

/** Makes an ioctl whose argument points to an int. @throws {TunTapError} if it fails */
export const ioctlInt = (fd: number, name: IoctlName, value: number, device: string) =>
  ioctl(fd, name, encode(i32, value), device)

/**
 * Returns the current name and flags of the device that a descriptor is attached to (TUNGETIFF). @throws {TunTapError} if it fails
 */
export function getIff(fd: number, device: string): Ifreq {
  const argument = encode(ifreq, {})
  ioctl(fd, 'TUNGETIFF', argument, device)
  return compile(ifreq).read(argument, 0)
}
