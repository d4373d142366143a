import { libcFunction } from './call-bun.js'
import type { Descriptor } from './libc.js'

const close = libcFunction('int close(int)')

const inWorker = () => !process.getBuiltinModule('node:worker_threads').isMainThread

/** Descriptors of this thread, if it is a worker. */
const owned = new Set<number>()

const closeAll = () => {
  for (const fd of owned) close(fd)
  owned.clear()
}

/**
 * Takes over a descriptor that libc opened, so that it is closed when its thread ends: a worker closes its own when it exits. When a
 * worker is terminated, no JavaScript runs, so they stay open.
 */
export function adopt(fd: number): Descriptor {
  if (!inWorker()) return { fd, close: () => void close(fd) }
  if (owned.size === 0) process.on('exit', closeAll)
  owned.add(fd)
  return {
    fd,
    close() {
      if (owned.delete(fd)) close(fd)
      if (owned.size === 0) process.off('exit', closeAll)
    },
  }
}
