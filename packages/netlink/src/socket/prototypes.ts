import type { Libc } from './libc.js'

/**
 * C prototypes of the functions, for koffi and bun:ffi. C declares `ioctl` as variadic. On Linux x64 and arm64, integers and
 * pointers are passed to a variadic function as to any other. `long` replaces `ssize_t`, which neither library knows.
 */
export const prototypes = {
  socket: 'int socket(int, int, int)',
  connect: 'int connect(int, const void *, unsigned int)',
  dup3: 'int dup3(int, int, int)',
  getsockname: 'int getsockname(int, void *, void *)',
  setsockopt: 'int setsockopt(int, int, int, const void *, unsigned int)',
  getsockopt: 'int getsockopt(int, int, int, void *, void *)',
  sendto: 'long sendto(int, const void *, size_t, int, const void *, unsigned int)',
  recvfrom: 'long recvfrom(int, void *, size_t, int, void *, void *)',
  recvmsg: 'long recvmsg(int, void *, int)',
  poll: 'int poll(void *, unsigned long, int)',
  setns: 'int setns(int, int)',
  ioctl: 'int ioctl(int, unsigned long, void *)',
  ioctlValue: 'int ioctl(int, unsigned long, unsigned long)',
  close: 'int close(int)',
  read: 'long read(int, void *, size_t)',
  write: 'long write(int, const void *, size_t)',
  prctl: 'int prctl(int, unsigned long)',
  flock: 'int flock(int, int)',
  execve: 'int execve(const void *, const void *, const void *)',
} as const satisfies Record<keyof Libc, string>
