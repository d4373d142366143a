import { constants } from 'node:fs'
import { addressOf, adopt, adoptFile, errno, libc, libcFunction, openAdopted, rawFunction, watch } from '#libc'
import { SystemError } from './error.js'
import { openFile } from './open-file.js'

/**
 * System calls that Node and Bun do not offer. Each returns its result or the negated errno, as in the kernel. They do not
 * throw, because EAGAIN is frequent. Buffers are passed as pointers.
 */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number
  connect(fd: number, address: Uint8Array, length: number): number
  /** Makes `to` a duplicate of `from`. The kernel closes `to` first. */
  dup3(from: number, to: number, flags: number): number
  /** `length` points to an `int`: the size of the buffer before the call, the size of the address after it. */
  getsockname(fd: number, address: Uint8Array, length: Uint8Array): number
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number
  /** `length` points to an `int`: the size of the buffer before the call, the size of the value after it. */
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
  /** `message` is a `struct msghdr`. Get the pointers in it from {@link addressOf}. */
  recvmsg(fd: number, message: Uint8Array, flags: number): number
  /** `pollfds` is an array of `count` times `struct pollfd`. `timeout` is in milliseconds; -1 means no limit. */
  poll(pollfds: Uint8Array, count: number, timeout: number): number
  setns(fd: number, type: number): number
  /** `argument` is passed as a pointer. */
  ioctl(fd: number, request: number, argument: Uint8Array): number
  /** `argument` is passed as a number. */
  ioctlValue(fd: number, request: number, argument: number): number
  /** Closes a descriptor that these functions opened. In workers, Node's `fs` would warn about it. */
  close(fd: number): number
  read(fd: number, bytes: Uint8Array, length: number): number
  write(fd: number, bytes: Uint8Array, length: number): number
  prctl(option: number, argument: number): number
  flock(fd: number, operation: number): number
  /**
   * `path` ends with a NUL. `argv` and `envp` contain addresses of NUL-terminated strings, then a null pointer. Returns only on
   * failure.
   */
  execve(path: Uint8Array, argv: Uint8Array, envp: Uint8Array): number
}

/** A function of libc. Pointers are numbers, or buffers that are passed by address. */
export type LibcFunction = (...args: readonly unknown[]) => number

/** The event that a {@link Readiness} reports. A descriptor with an error has both. */
export type ReadinessEvent = 'readable' | 'writable'

/**
 * Watches a descriptor for one event, which Node and Bun cannot do for every descriptor. Initially disarmed. A descriptor has one watch at a
 * time: use a {@link duplicate} for another event.
 */
export interface Readiness {
  /** Requests one callback, in a later turn of the event loop, when the event has happened. */
  arm(): void
  disarm(): void
  /** Keeps the process alive while armed. This is the default. */
  ref(): void
  unref(): void
  /** Call it before closing the descriptor. */
  close(): void
}

/** An open descriptor, with the function that closes it properly. */
export interface Descriptor {
  readonly fd: number
  /** Call it at most once. */
  close(): void
}

/** Calls that can open a descriptor. */
export type OpeningCall = 'socket' | 'ioctlValue'

/** Returns the result of a system call. @throws {SystemError} if the result is a negated errno */
export function check(syscall: string, result: number, detail?: string): number {
  if (result < 0) throw new SystemError(syscall, -result, detail)
  return result
}

/** Opens a socket. It is closed when its thread ends. @throws {SystemError} */
export function openSocket(domain: number, type: number, protocol: number, detail?: string): Descriptor {
  const descriptor = openAdopted('socket', domain, type, protocol)
  check('socket', descriptor.fd, detail)
  return descriptor
}

const O_CLOEXEC = 0o2000000

/** Opens another descriptor of the same file. It is closed when its thread ends. @throws {SystemError} */
export function duplicate(fd: number): Descriptor {
  // `fs` or this thread owns the descriptor before it is replaced.
  const descriptor = adoptFile(openFile('/', constants.O_RDONLY))
  const result = libc.dup3(fd, descriptor.fd, O_CLOEXEC)
  if (result >= 0) return descriptor
  descriptor.close()
  throw new SystemError('dup3', -result)
}

export { addressOf, adopt, adoptFile, errno, libc, libcFunction, openAdopted, rawFunction, SystemError, watch }
