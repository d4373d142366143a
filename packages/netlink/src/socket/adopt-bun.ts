import { libcFunction } from './call-bun.js'
import type { Descriptor } from './libc.js'
import { ThreadEnd } from './thread-end.js'

const close = libcFunction('int close(int)')
const NR_CLOSE = process.arch === 'x64' ? 3 : 57

const inWorker = () => !process.getBuiltinModule('node:worker_threads').isMainThread

const threadEnd = new ThreadEnd(libcFunction)

/**
 * Takes over a descriptor that libc opened, so that it is closed when its thread ends. When a worker thread is terminated, no
 * JavaScript runs. The kernel closes the descriptors of the main thread.
 */
export function adopt(fd: number): Descriptor {
  if (!inWorker()) return { fd, close: () => void close(fd) }
  const cancel = threadEnd.call(NR_CLOSE, fd)
  return {
    fd,
    close() {
      cancel()
      close(fd)
    },
  }
}
