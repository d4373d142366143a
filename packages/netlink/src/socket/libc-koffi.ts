import koffi from 'koffi'
import type { Libc, Readiness } from './libc.js'

type Call = (...args: unknown[]) => number

/** The process has libc loaded already, whichever one it is. */
const openLibc = () => koffi.load(null)

/**
 * `ioctl` is variadic in C. On x64 and arm64 Linux integers and pointers go to a variadic function as to any other, and
 * koffi's plain calls are the faster ones. `long` stands for `ssize_t`, which koffi does not know.
 */
const prototypes = {
  socket: 'int socket(int, int, int)',
  bind: 'int bind(int, const void *, unsigned int)',
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
  read: 'long read(int, void *, size_t)',
  write: 'long write(int, const void *, size_t)',
} as const satisfies Record<keyof Libc, string>

/** A call that is looked up when it is first made: importing this loads nothing but koffi. */
function lazily(prototype: string): Call {
  let call: Call | undefined
  return (...args) => {
    call ??= openLibc().func(prototype) as Call
    const result = call(...args)
    return result === -1 ? -koffi.errno() : result
  }
}

/** The calls through koffi, for Node. */
export const libc = Object.fromEntries(
  Object.entries(prototypes).map(([name, prototype]) => [name, lazily(prototype)]),
) as unknown as Libc

/** The address of a buffer's bytes. */
export const addressOf = (bytes: Uint8Array): bigint => koffi.address(bytes)

/** The handles that libuv may call back for. */
const armed = new Set<{ stop(): void }>()

/** A callback into an environment that is being torn down aborts the process, so that none may be left by then. */
const disarmAll = () => {
  for (const handle of armed) handle.stop()
}

/** Readiness by libuv's own loop: no thread. */
export function watch(fd: number, onReadable: () => void): Readiness {
  // It begins at once to watch, and must not be touched once it is closed.
  const handle = koffi.node.poll(fd, { readable: true }, called)
  let open = true
  handle.stop()
  function called() {
    disarm()
    // libuv calls from outside of JavaScript: promises would not go on, and an error would end in an abort.
    setImmediate(onReadable)
  }
  function disarm() {
    if (!armed.delete(handle)) return
    handle.stop()
    if (armed.size === 0) process.off('exit', disarmAll)
  }
  return {
    arm() {
      if (!open) return
      if (armed.size === 0) process.on('exit', disarmAll)
      armed.add(handle)
      handle.start({ readable: true }, called)
    },
    disarm,
    ref() {
      if (open) handle.ref()
    },
    unref() {
      if (open) handle.unref()
    },
    close() {
      if (!open) return
      open = false
      disarm()
      handle.close()
    },
  }
}
