import { addressOf, errno, type LibcFunction, rawFunction } from '@netloom/netlink/socket'

// System calls with addresses as numbers, which koffi passes faster than buffers. They return the negated errno if they fail. Each is
// written out: V8 optimizes functions of one literal together, and then looks up which function of libc each calls.

let rawRead: LibcFunction | undefined
let rawReadv: LibcFunction | undefined
let rawWrite: LibcFunction | undefined
let rawSyscall: LibcFunction | undefined

export function read(fd: number, address: number, length: number): number {
  rawRead ??= rawFunction('long read(int, size_t, size_t)')
  const result = rawRead(fd, address, length)
  return result === -1 ? -errno() : result
}

export function readv(fd: number, vectors: number, count: number): number {
  rawReadv ??= rawFunction('long readv(int, size_t, int)')
  const result = rawReadv(fd, vectors, count)
  return result === -1 ? -errno() : result
}

/** @param bytes The address of the bytes, or a buffer. */
export function write(fd: number, bytes: number | Uint8Array, length: number): number {
  rawWrite ??= rawFunction('long write(int, const void *, size_t)')
  const result = rawWrite(fd, bytes, length)
  return result === -1 ? -errno() : result
}

type Arguments = readonly [number, number, number, number, number]

export function syscall(number: number, ...args: Arguments): number {
  rawSyscall ??= rawFunction(
    'long syscall(long, unsigned long, unsigned long, unsigned long, unsigned long, unsigned long)',
  )
  const result = rawSyscall(number, ...args)
  return result === -1 ? -errno() : result
}

/** Returns the address of a buffer's bytes. The caller keeps the buffer alive as long as the kernel may use it. */
export function numericAddress(bytes: Uint8Array): number {
  // A small typed array of JavaScriptCore moves when its `buffer` is first taken.
  void bytes.buffer
  return Number(addressOf(bytes))
}
