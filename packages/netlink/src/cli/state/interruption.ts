import { ArgumentError } from '../../codec/error.js'

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Aborts a change when a signal would end this process, e.g. since the change has cut off the terminal. The process goes on: it undoes the steps. */
export class Interruption implements Disposable {
  readonly #controller = new AbortController()
  readonly #onSignal = (name: NodeJS.Signals) =>
    this.#controller.abort(new ArgumentError(`expected no signal before the last step, got ${name}`))

  constructor() {
    for (const name of names) process.on(name, this.#onSignal)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  [Symbol.dispose](): void {
    for (const name of names) process.off(name, this.#onSignal)
  }
}
