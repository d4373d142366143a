import { addressOf, libcFunction } from '@netloom/netlink/socket'

/** System calls with addresses as numbers, which koffi passes faster than buffers. They return the negated errno if they fail. */
export const calls = {
  read: libcFunction('long read(int, size_t, size_t)'),
  readv: libcFunction('long readv(int, size_t, int)'),
  write: libcFunction('long write(int, size_t, size_t)'),
  syscall: libcFunction(
    'long syscall(long, unsigned long, unsigned long, unsigned long, unsigned long, unsigned long)',
  ),
}

/** Returns the address of a buffer's bytes, for {@link calls}. The caller keeps the buffer alive as long as the kernel may use it. */
export function numericAddress(bytes: Uint8Array): number {
  // A small typed array of JavaScriptCore moves when its `buffer` is first taken.
  void bytes.buffer
  return Number(addressOf(bytes))
}
