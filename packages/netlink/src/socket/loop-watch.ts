import { koffi } from './call-koffi.js'
import type { Readiness, ReadinessEvent } from './libc.js'

type PollHandle = ReturnType<ReturnType<typeof koffi>['node']['poll']>

/** The handles that libuv may call back for. */
const armed = new Set<PollHandle>()

/** A callback into an environment that is being torn down aborts the process. So none may be armed then. */
const disarmAll = () => {
  for (const handle of armed) handle.stop()
}

/** Watches a descriptor with libuv's event loop. Only for Node's main thread: see `worker-watch.ts`. */
export class LoopReadiness implements Readiness {
  readonly #handle: PollHandle
  readonly #onReady: () => void
  readonly #events: { readonly readable: boolean; readonly writable: boolean }
  #isOpen = true

  constructor(fd: number, onReady: () => void, event: ReadinessEvent) {
    this.#onReady = onReady
    this.#events = { readable: event === 'readable', writable: event === 'writable' }
    this.#handle = koffi().node.poll(fd, this.#events, this.#called)
    // It starts armed.
    this.#handle.stop()
  }

  arm(): void {
    // A closed handle must not be touched.
    if (!this.#isOpen) return
    if (armed.size === 0) process.on('exit', disarmAll)
    armed.add(this.#handle)
    this.#handle.start(this.#events, this.#called)
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
    setImmediate(this.#onReady)
  }
}
