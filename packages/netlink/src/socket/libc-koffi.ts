import { openSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { closeFile } from './close-file.js'
import { SystemError } from './error.js'
import type { Descriptor, Libc, LibcFunction, Readiness } from './libc.js'
import { prototypes } from './prototypes.js'
import { timedWatch } from './timed-watch.js'

type Koffi = typeof import('koffi').default

let loaded: Koffi | undefined

/**
 * Loads koffi, or returns it if it is loaded. Programs that open no socket never load its native code. koffi looks for that relative
 * to its own path, which must not contain a symbolic link.
 */
function koffi(): Koffi {
  if (loaded === undefined) {
    const require = createRequire(import.meta.url)
    loaded = require(realpathSync(require.resolve('koffi'))) as Koffi
  }
  return loaded
}

/** Returns a function of libc that is looked up at its first call. It returns the negated errno if the call fails. */
export function libcFunction(prototype: string): LibcFunction {
  let call: LibcFunction | undefined
  let errno = () => 0
  return (...args) => {
    if (call === undefined) {
      const library = koffi()
      errno = library.errno
      // The process has already loaded some libc.
      call = library.load(null).func(prototype) as LibcFunction
    }
    const result = call(...args)
    return result === -1 ? -errno() : result
  }
}

/** The calls of koffi, for Node. */
export const libc = Object.fromEntries(
  Object.entries(prototypes).map(([name, prototype]) => [name, libcFunction(prototype)]),
) as unknown as Libc

/** Returns the address of a buffer's bytes. */
export const addressOf = (bytes: Uint8Array): bigint => koffi().address(bytes)

const inWorker = () => !process.getBuiltinModule('node:worker_threads').isMainThread

const O_CLOEXEC = 0o2000000

/**
 * Takes over a descriptor that {@link libc} opened, so that it is closed when its thread ends. When a worker thread is terminated,
 * no JavaScript runs, but Node closes what its own `fs` has opened. So in a worker, `fs` opens a file that always exists,
 * and dup3(2) replaces its descriptor by the given one. The kernel closes the descriptors of the main thread.
 */
export function adopt(fd: number): Descriptor {
  if (!inWorker()) return { fd, close: () => void libc.close(fd) }
  const owned = openSync('/', 'r')
  const result = libc.dup3(fd, owned, O_CLOEXEC)
  libc.close(fd)
  if (result < 0) {
    closeFile(owned)
    throw new SystemError('dup3', -result)
  }
  return { fd: owned, close: () => closeFile(owned) }
}

/**
 * Reports when a descriptor is readable. Uses libuv's event loop, without a thread. Two environments poll instead (`timedWatch`):
 * a worker may end at any moment, and a callback of libuv would then abort the process; on Deno, koffi aborts the process after
 * some callbacks.
 */
export function watch(fd: number, onReadable: () => void): Readiness {
  return inWorker() || 'Deno' in globalThis
    ? timedWatch((pollfds) => libc.poll(pollfds, 1, 0), fd, onReadable)
    : new LoopReadiness(fd, onReadable)
}

type PollHandle = ReturnType<Koffi['node']['poll']>

/** The handles that libuv may call back for. */
const armed = new Set<PollHandle>()

/** A callback into an environment that is being torn down aborts the process. So none may be armed then. */
const disarmAll = () => {
  for (const handle of armed) handle.stop()
}

class LoopReadiness implements Readiness {
  readonly #handle: PollHandle
  readonly #onReadable: () => void
  #isOpen = true

  constructor(fd: number, onReadable: () => void) {
    this.#onReadable = onReadable
    this.#handle = koffi().node.poll(fd, { readable: true }, this.#called)
    // It starts armed.
    this.#handle.stop()
  }

  arm(): void {
    // A closed handle must not be touched.
    if (!this.#isOpen) return
    if (armed.size === 0) process.on('exit', disarmAll)
    armed.add(this.#handle)
    this.#handle.start({ readable: true }, this.#called)
  }

  disarm(): void {
    if (!armed.delete(this.#handle)) return
    this.#handle.stop()
    if (armed.size === 0) process.off('exit', disarmAll)
  }

  ref(): void {
    if (this.#isOpen) this.#handle.ref()
  }

  unref(): void {
    if (this.#isOpen) this.#handle.unref()
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.disarm()
    this.#handle.close()
  }

  readonly #called = (): void => {
    this.disarm()
    // libuv calls from outside of JavaScript: promises would not continue, and an exception would abort the process.
    setImmediate(this.#onReadable)
  }
}
