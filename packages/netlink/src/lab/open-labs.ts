/** A lab that must be closed before the process ends. */
interface Closable {
  close(): void
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * The labs of this process. They are closed when it exits, also after an uncaught error. A signal that no other listener of the process
 * handles closes them, and then ends the process as it would have without a lab.
 */
class OpenLabs {
  readonly #labs = new Set<Closable>()
  readonly #closeAll = () => {
    for (const lab of [...this.#labs]) lab.close()
  }
  readonly #onSignal = (signal: NodeJS.Signals) => {
    if (process.listenerCount(signal) > 1) return
    this.#closeAll()
    process.kill(process.pid, signal)
  }

  add(lab: Closable): void {
    if (this.#labs.size === 0) {
      process.on('exit', this.#closeAll)
      for (const signal of signals) process.on(signal, this.#onSignal)
    }
    this.#labs.add(lab)
  }

  delete(lab: Closable): void {
    if (!this.#labs.delete(lab) || this.#labs.size > 0) return
    process.off('exit', this.#closeAll)
    for (const signal of signals) process.off(signal, this.#onSignal)
  }
}

/** One for the process, because listeners are the process's: ten labs with listeners of their own would be a leak to Node. */
export const openLabs = new OpenLabs()
