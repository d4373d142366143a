import { addressOf, adopt, adoptFile, libc, libcFunction, watch } from '#libc'
import { SystemError } from './error.js'

/**
 * The system calls that neither Node nor Bun has. Each returns the result of the call, or the negated errno, as the kernel does. It
 * does not throw, because EAGAIN is frequent. Buffers are passed by address.
 */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number
  connect(fd: number, address: Uint8Array, length: number): number
  /** Makes `to` a duplicate of `from`. Closes `to` first. */
  dup3(from: number, to: number, flags: number): number
  /** `length` is an `int`, in and out. */
  getsockname(fd: number, address: Uint8Array, length: Uint8Array): number
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number
  /** `length` is an `int`, in and out. */
  getsockopt(fd: number, level: number, name: number, value: Uint8Array, length: Uint8Array): number
  sendto(
    fd: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: number,
  ): number
  recvfrom(
    fd: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: Uint8Array,
  ): number
  /** `message` is a `struct msghdr`, whose pointers {@link addressOf} returns. */
  recvmsg(fd: number, message: Uint8Array, flags: number): number
  /** `pollfds` contains `count` times `struct pollfd`; `timeout` in milliseconds, -1 for no limit. */
  poll(pollfds: Uint8Array, count: number, timeout: number): number
  setns(fd: number, type: number): number
  /** `argument` is memory that the kernel reads or writes. */
  ioctl(fd: number, request: number, argument: Uint8Array): number
  /** `argument` is a number. */
  ioctlValue(fd: number, request: number, argument: number): number
  /** Closes a descriptor that these calls opened. In workers, Node's `fs` warns about descriptors that it did not open itself. */
  close(fd: number): number
  read(fd: number, bytes: Uint8Array, length: number): number
  write(fd: number, bytes: Uint8Array, length: number): number
  prctl(option: number, argument: number): number
  /** `path` is text that ends with a NUL; the others contain addresses of such texts, then a zero. Returns only if it fails. */
  execve(path: Uint8Array, argv: Uint8Array, envp: Uint8Array): number
}

/** A function of libc. Pointers are numbers, or buffers that are passed by address. */
export type LibcFunction = (...args: readonly unknown[]) => number

/** Watches whether a descriptor is readable. Neither Node nor Bun can do that for every descriptor. Starts disarmed. */
export interface Readiness {
  /** Calls back once, in a later turn of the event loop, when the descriptor is readable. Calls again only after the next `arm`. */
  arm(): void
  disarm(): void
  /** Keeps the process alive while it is armed, which is the default. */
  ref(): void
  unref(): void
  /** Must be called before the descriptor is closed. */
  close(): void
}

/** An open descriptor, and how it must be closed. */
export interface Descriptor {
  readonly fd: number
  /** Must be called at most once. */
  close(): void
}

/** Returns the result of a system call. @throws {SystemError} if it is a negated errno */
export function check(syscall: string, result: number, detail?: string): number {
  if (result < 0) throw new SystemError(syscall, -result, detail)
  return result
}

export { addressOf, adopt, adoptFile, libc, libcFunction, SystemError, watch }
