/** Types of the modules in native/*.c. Negative results are negated errnos. */
declare module 'native:libc' {
  import type { Libc } from '@netloom/netlink/socket'

  export const { socket, connect, dup3, getsockname, setsockopt, getsockopt, sendto, recvfrom, recvmsg }: Libc
  export const { setns, ioctl, ioctlValue, read, write, close, poll, prctl, execve }: Libc
  export function addressOf(bytes: Uint8Array): bigint
}

declare module 'native:files' {
  export const O_RDONLY: number
  export const O_WRONLY: number
  export const O_RDWR: number
  export const O_CREAT: number
  export const O_TRUNC: number
  export const O_NONBLOCK: number
  export const S_IFMT: number
  export const S_IFREG: number
  export const S_IFIFO: number
  export const S_IFCHR: number
  export function open(path: string, flags: number, mode: number): number
  /** st_dev, st_ino, st_mode, st_rdev */
  export function stat(file: string | number): number | [dev: number, ino: number, mode: number, rdev: number]
  /** f_type */
  export function statfs(path: string): number
  export function readlink(path: string): number | string
  export function readdir(path: string): number | string[]
}

declare module 'native:bytes' {
  export function isUtf8(bytes: Uint8Array): boolean
  /** Replaces invalid UTF-8 by U+FFFD. */
  export function fromUtf8(bytes: Uint8Array): string
  /** `text` must not contain lone surrogates. */
  export function toUtf8(text: string): ArrayBuffer
  export function fromLatin1(bytes: Uint8Array): string
  /** Adds Buffer's `readUInt16LE`, `writeInt32BE` and so on to a prototype. */
  export function addIntegers(prototype: object): void
}

declare module 'native:process' {
  export const arch: string
  /** Errnos by name. */
  export const errno: Readonly<Record<string, number>>
  export const signals: Readonly<Record<string, number>>
  /** Entries `KEY=value`. */
  export function environment(): string[]
  export function pid(): number
  export function ppid(): number
  /** Monotonic time in milliseconds. */
  export function now(): number
  /** From 0 to below 1. */
  export function random(): number
  export function strerror(errno: number): string
  export function catchSignal(number: number): number
  /** Signals since the last call, as a set of bits. */
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
  /** Returns -1, 0 and 0 if the child neither exited nor was killed by a signal, and without an errno. */
  export function spawn(
    file: string,
    args: readonly string[],
    env: readonly string[],
    input: Uint8Array,
    maxBuffer: number,
  ): { status: number; signal: number; error: number; pid: number; stdout: ArrayBuffer; stderr: ArrayBuffer }
}
