import { lazily } from './call-bun.js'
import type { Descriptor, Libc } from './libc.js'
import { prototypes } from './prototypes.js'

export { addressOf } from './call-bun.js'
export { watch } from './watch-bun.js'

/** The calls through bun:ffi. */
export const libc = Object.fromEntries(
  Object.entries(prototypes).map(([name, prototype]) => [name, lazily(prototype)]),
) as unknown as Libc

const inWorker = () => !process.getBuiltinModule('node:worker_threads').isMainThread

/** Descriptors of this thread, if it is a worker. */
const owned = new Set<number>()

const closeAll = () => {
  for (const fd of owned) libc.close(fd)
  owned.clear()
}

/** Takes over a descriptor that `libc` opened, so that it does not outlive its thread: a worker closes its own as it exits. */
export function adopt(fd: number): Descriptor {
  if (!inWorker()) return { fd, close: () => void libc.close(fd) }
  if (owned.size === 0) process.on('exit', closeAll)
  owned.add(fd)
  return {
    fd,
    close() {
      if (owned.delete(fd)) libc.close(fd)
      if (owned.size === 0) process.off('exit', closeAll)
    },
  }
}
