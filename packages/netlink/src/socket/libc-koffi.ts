import { constants } from 'node:fs'
import { errno, libcFunction, rawFunction } from './call-koffi.js'
import { closeFile } from './close-file.js'
import { SystemError } from './error.js'
import type { Descriptor, Libc, LibcFunction, OpeningCall, Readiness, ReadinessEvent } from './libc.js'
import { LoopReadiness } from './loop-watch.js'
import { openFile } from './open-file.js'
import { prototypes } from './prototypes.js'
import { timedWatch } from './timed-watch.js'
import { workerWatch } from './worker-watch.js'

export { addressOf, errno, libcFunction, rawFunction } from './call-koffi.js'

/** The system calls on Node, made through koffi. */
export const libc = Object.fromEntries(
  Object.entries(prototypes).map(([name, prototype]) => [name, libcFunction(prototype)]),
) as unknown as Libc

const inWorker = () => !process.getBuiltinModule('node:worker_threads').isMainThread

const O_CLOEXEC = 0o2000000

/**
 * Registers a descriptor that {@link libc} opened, so that it is closed when its thread ends. When a worker is terminated, no
 * JavaScript runs, but Node closes the files that its own `fs` opened. So in a worker, `fs` opens a file that always exists,
 * and dup3(2) replaces its descriptor with the given one. In the main thread, the kernel closes descriptors when the process
 * ends.
 */
export function adopt(fd: number): Descriptor {
  if (!inWorker()) return { fd, close: () => void libc.close(fd) }
  const owned = openFile('/', constants.O_RDONLY)
  const result = libc.dup3(fd, owned, O_CLOEXEC)
  libc.close(fd)
  if (result < 0) {
    closeFile(owned)
    throw new SystemError('dup3', -result)
  }
  return { fd: owned, close: () => closeFile(owned) }
}

/** Functions of {@link openAdopted}, which are looked up before it opens a descriptor. */
type OpeningFunctions = Readonly<Record<OpeningCall | 'dup3' | 'close', LibcFunction>>

let openingFunctions: OpeningFunctions | undefined

const lookUp = (): OpeningFunctions => ({
  socket: rawFunction(prototypes.socket),
  ioctlValue: rawFunction(prototypes.ioctlValue),
  dup3: rawFunction(prototypes.dup3),
  close: rawFunction(prototypes.close),
})

/**
 * Makes a system call that opens a descriptor, and adopts that. The `fd` of the result is the negated errno if the call fails.
 * V8 ends a terminated worker when a JavaScript function begins or a loop continues. Neither happens while the descriptor has no owner.
 */
export function openAdopted(name: OpeningCall, ...args: readonly number[]): Descriptor {
  if (!inWorker()) {
    const fd = (libc[name] as LibcFunction)(...args)
    return { fd, close: () => void libc.close(fd) }
  }
  openingFunctions ??= lookUp()
  const { [name]: open, dup3, close } = openingFunctions
  const owned = openFile('/', constants.O_RDONLY)
  const fd = open(...args)
  const result = fd < 0 ? fd : dup3(fd, owned, O_CLOEXEC)
  if (result >= 0) {
    close(fd)
    return { fd: owned, close: () => closeFile(owned) }
  }
  const failure = -errno()
  if (fd >= 0) close(fd)
  closeFile(owned)
  return { fd: failure, close: () => {} }
}

/** Takes over a descriptor that `fs` opened, so that it is closed when its thread ends. `fs` does that. */
export const adoptFile = (fd: number): Descriptor => ({ fd, close: () => closeFile(fd) })

/**
 * Reports when a descriptor is readable or writable, without a thread. On Deno, koffi aborts the process after some callbacks, and Deno has no
 * alternative, so descriptors are polled there.
 */
export function watch(fd: number, onReady: () => void, event: ReadinessEvent = 'readable'): Readiness {
  if ('Deno' in globalThis) return timedWatch((pollfds) => libc.poll(pollfds, 1, 0), fd, onReady, event)
  return inWorker() ? workerWatch(fd, onReady, event) : new LoopReadiness(fd, onReady, event)
}
