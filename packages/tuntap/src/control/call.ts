import { compile, encode, type Fixed } from '@netloom/netlink/codec'
import { libc, uninterrupted } from '@netloom/netlink/socket'
import { TunTapError } from './error.js'
import { type ArgumentOf, type Ioctl, type IoctlName, ioctls } from './ioctls.js'

/** The device of an ioctl, for its errors. The name is read only if the ioctl failed, because a getter may look it up. */
export interface Named {
  readonly name: string
}

/** Explanations of the errors of one call, by the name of the error. They take precedence over those of {@link ioctls}. */
type Reasons = Readonly<Record<string, string>>

/** Makes an ioctl with the bytes of its argument, which the kernel may change. Returns the result. @throws {TunTapError} */
export function ioctlBytes(fd: number, name: IoctlName, argument: Buffer, device: Named, reasons?: Reasons): number {
  const result = uninterrupted(() => libc.ioctl(fd, ioctls[name].request, argument))
  if (result < 0) throw new TunTapError(name, -result, device.name, reasons)
  return result
}

/** Makes an ioctl whose argument is a number itself. Returns the result. @throws {TunTapError} */
export function ioctlNumber(fd: number, name: IoctlName, argument: number, device: Named): number {
  const result = uninterrupted(() => libc.ioctlValue(fd, ioctls[name].request, argument))
  if (result < 0) throw new TunTapError(name, -result, device.name)
  return result
}

/**
 * Makes an ioctl. Members that are left out are zero. Returns the argument as the kernel left it. @throws {TunTapError}
 */
export function ioctl<N extends IoctlName>(
  fd: number,
  name: N,
  value: ArgumentOf<N> extends object ? Partial<ArgumentOf<N>> : ArgumentOf<N>,
  device: Named,
  reasons?: Reasons,
): ArgumentOf<N> {
  const { argument }: Ioctl = ioctls[name]
  if (argument === undefined) {
    ioctlNumber(fd, name, value as number, device)
    return value as ArgumentOf<N>
  }
  const bytes = encode(argument as Fixed<unknown>, value as object)
  ioctlBytes(fd, name, bytes, device, reasons)
  return compile(argument).read(bytes, 0) as ArgumentOf<N>
}
