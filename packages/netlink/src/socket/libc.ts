import { addressOf, adopt, libc, watch } from '#libc'
import { SystemError } from './error.js'

/**
 * The system calls that neither Node nor Bun has. Each returns what the call returns, or the errno negated, as the kernel
 * itself does: no exception where EAGAIN is daily bread. Buffers are passed by address.
 */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number
  connect(fd: number, address: Uint8Array, length: number): number
  /** Makes `to` another name of `from`; what `to` named before is closed. */
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
  /** `message` is a `struct msghdr`, whose pointers come from {@link addressOf}. */
  recvmsg(fd: number, message: Uint8Array, flags: number): number
  /** `pollfds` holds `count` times `struct pollfd`; `timeout` in milliseconds, -1 for ever. */
  poll(pollfds: Uint8Array, count: number, timeout: number): number
  setns(fd: number, type: number): number
  /** With an argument that the kernel reads or writes. */
  ioctl(fd: number, request: number, argument: Uint8Array): number
  /** With an argument that is itself the value. */
  ioctlValue(fd: number, request: number, argument: number): number
  /** For what these calls have opened: Node's `fs` warns of descriptors in workers that it has not opened itself. */
  close(fd: number): number
  read(fd: number, bytes: Uint8Array, length: number): number
  write(fd: number, bytes: Uint8Array, length: number): number
  prctl(option: number, argument: number): number
  /** `path` is text with a zero behind it; the others hold addresses of such texts, and a zero. Returns only if it fails. */
  execve(path: Uint8Array, argv: Uint8Array, envp: Uint8Array): number
}

/** Tells when a descriptor can be read from; neither Node nor Bun can do that for any descriptor. Begins disarmed. */
export interface Readiness {
  /** Calls back once, in a turn of its own, as soon as there is something to read; again after the next `arm` only. */
  arm(): void
  disarm(): void
  /** An armed one holds the process. This is the default. */
  ref(): void
  unref(): void
  /** To be called before the descriptor is closed. */
  close(): void
}

/** An open descriptor with the only right way to close it. */
export interface Descriptor {
  readonly fd: number
  /** To be called once. */
  close(): void
}

/** What `result` holds; where that is a negated errno, throws. @throws {SystemError} */
export function check(syscall: string, result: number, detail?: string): number {
  if (result < 0) throw new SystemError(syscall, -result, detail)
  return result
}

export { addressOf, adopt, libc, SystemError, watch }
