import { addressOfFunction, libcFunction } from './call-bun.js'
import type { Descriptor } from './libc.js'

const close = libcFunction('int close(int)')
const createKey = libcFunction('int pthread_key_create(void *, unsigned long)')
const deleteKey = libcFunction('int pthread_key_delete(unsigned int)')
const setValue = libcFunction('int pthread_setspecific(unsigned int, unsigned long)')

const inWorker = () => !process.getBuiltinModule('node:worker_threads').isMainThread

/**
 * Has libc close a descriptor when this thread ends: close(2) becomes the destructor of a key of pthread_key_create(3), and the
 * descriptor its value. Returns a function that cancels it. A process has 1,024 keys. If none is left, the descriptor stays open.
 */
function closeWithThread(fd: number): () => void {
  const key = new Uint32Array(1)
  if (createKey(key, addressOfFunction('close')) !== 0) return () => {}
  const [number] = key
  setValue(number, fd)
  return () => void deleteKey(number)
}

/**
 * Takes over a descriptor that libc opened, so that it is closed when its thread ends. When a worker thread is terminated, no
 * JavaScript runs. The kernel closes the descriptors of the main thread.
 */
export function adopt(fd: number): Descriptor {
  if (!inWorker()) return { fd, close: () => void close(fd) }
  const cancel = closeWithThread(fd)
  return {
    fd,
    close() {
      cancel()
      close(fd)
    },
  }
}
