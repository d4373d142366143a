const signals = ['SIGINT', 'SIGTERM'] as const

/** Waits for SIGINT or SIGTERM. Rejects with the error that `fail` gets. */
export class Ending implements Disposable {
  readonly done: Promise<void>
  fail: (error: unknown) => void = () => {}
  #onSignal = () => {}

  constructor() {
    this.done = new Promise((resolve, reject) => {
      this.#onSignal = resolve
      this.fail = reject
    })
    // The error may come before anything waits for it.
    this.done.catch(() => {})
    for (const signal of signals) process.on(signal, this.#onSignal)
  }

  [Symbol.dispose](): void {
    for (const signal of signals) process.off(signal, this.#onSignal)
  }
}
