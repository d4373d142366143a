/** Types of the modules in native/*.c. A negative result is a negated errno. */
declare module 'native:libc' {
  import type { Libc } from '@netloom/netlink/socket'

  export const { socket, connect, dup3, getsockname, setsockopt, getsockopt, sendto, recvfrom, recvmsg }: Libc
  export const { setns, ioctl, ioctlValue, read, write, close, poll, prctl, flock, execve }: Libc
  export function addressOf(bytes: Uint8Array): bigint
}

declare module 'native:files' {
  export const O_RDONLY: number
  export const O_WRONLY: number
  export const O_RDWR: number
  export const O_CREAT: number
  export const O_TRUNC: number
  export const O_EXCL: number
  export const O_DIRECTORY: number
  export const O_APPEND: number
  export const O_NONBLOCK: number
  export const O_NOCTTY: number
  export const O_NOFOLLOW: number
  export const S_IFMT: number
  export const S_IFREG: number
  export const S_IFIFO: number
  export const S_IFCHR: number
  export function open(path: string, flags: number, mode: number): number
  /** st_dev, st_ino, st_mode, st_rdev, st_size, and st_ctim in milliseconds */
  export function stat(
    file: string | number,
  ): number | [dev: number, ino: number, mode: number, rdev: number, size: number, ctime: number]
  /** f_type */
  export function statfs(path: string): number
  export function readlink(path: string): number | string
  export function readdir(path: string): number | string[]
  export function rename(from: string, to: string): number
  export function unlink(path: string): number
  export function fsync(fd: number): number
  export function fchmod(fd: number, mode: number): number
}

declare module 'native:bytes' {
  export function isUtf8(bytes: Uint8Array): boolean
  /** Decodes UTF-8. Replaces invalid bytes with U+FFFD. */
  export function fromUtf8(bytes: Uint8Array): string
  /** `text` must not contain lone surrogates. */
  export function toUtf8(text: string): ArrayBuffer
  export function fromLatin1(bytes: Uint8Array): string
  /** Adds Buffer's `readUInt16LE`, `writeInt32BE` and so on to a prototype. */
  export function addIntegers(prototype: object): void
}

declare module 'native:process' {
  export const arch: string
  /** Errno numbers by name. */
  export const errno: Readonly<Record<string, number>>
  export const signals: Readonly<Record<string, number>>
  /** Returns the environment as `KEY=value` strings. */
  export function environment(): string[]
  /** Returns the arguments of the command line, without the name of the program. */
  export function args(): string[]
  export function pid(): number
  export function ppid(): number
  /** Returns monotonic time in milliseconds. */
  export function now(): number
  /** Returns a number from 0 to below 1. */
  export function random(): number
  export function strerror(errno: number): string
  export function catchSignal(number: number): number
  /** Returns the signals that were caught since the last call, as a bit mask (bit N is signal N). */
  export function caughtSignals(): number
  export function setExitCode(code: number): void
}

declare module 'native:json' {
  /**
   * Returns the position of the first mistake, undefined if there is none, or -1 if the text is nested deeper than 10,000 levels or
   * than the stack allows.
   */
  export function mistakeIn(text: string): number | undefined
}

declare module 'native:crypto' {
  export function sha256(message: Uint8Array): ArrayBuffer
}

declare module 'native:child' {
  /**
   * Runs a program to its end. `maxBuffer` limits the bytes of stdout and stderr together. `status` is -1 unless the program exited,
   * `signal` is 0 unless a signal killed it. `error` is the errno of starting or reading it, or 0. `pid` is 0 if it did not start.
   */
  export function spawn(
    file: string,
    args: readonly string[],
    env: readonly string[],
    input: Uint8Array,
    maxBuffer: number,
    detached: boolean,
  ): { status: number; signal: number; error: number; pid: number; stdout: ArrayBuffer; stderr: ArrayBuffer }
}
