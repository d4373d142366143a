import type { Epoll } from './epoll.js'
import type { Readiness, ReadinessEvent } from './libc.js'

/** Brings the events of an epoll descriptor to the event loop of its thread. */
export interface EventSource {
  readonly epoll: Epoll
  /** Keeps the process alive. */
  ref(): unknown
  /** Does not keep the process alive, which is the default. */
  unref(): unknown
}

/** Starts a source, which calls back with the token of each event. */
export type StartSource = (onEvent: (token: number) => void) => EventSource

/** Watches the descriptors of one thread with epoll(7). */
export class EpollWatcher {
  readonly #startSource: StartSource
  readonly #armed = new Map<number, EpollReadiness>()
  /** The tokens of those that keep the process alive. */
  readonly #holding = new Set<number>()
  #source: EventSource | undefined
  #lastToken = 0

  constructor(startSource: StartSource) {
    this.#startSource = startSource
  }

  /** The source is started by the first use: it costs time, and a program that does not wait needs none. */
  get epoll(): Epoll {
    this.#source ??= this.#startSource((token) => this.#armed.get(token)?.fire())
    return this.#source.epoll
  }

  /** Returns the token of one arming. A late event of an earlier one then has no effect. */
  nextToken(): number {
    this.#lastToken = (this.#lastToken + 1) >>> 0
    return this.#lastToken
  }

  add(token: number, readiness: EpollReadiness): void {
    this.#armed.set(token, readiness)
  }

  remove(token: number): void {
    this.#armed.delete(token)
    this.hold(token, false)
  }

  /** Sets whether an arming keeps the process alive. */
  hold(token: number, holds: boolean): void {
    const didHold = this.#holding.size > 0
    if (holds) this.#holding.add(token)
    else this.#holding.delete(token)
    if (!didHold && this.#holding.size > 0) this.#source?.ref()
    if (didHold && this.#holding.size === 0) this.#source?.unref()
  }
}

/** Watches one descriptor. */
export class EpollReadiness implements Readiness {
  readonly #watcher: EpollWatcher
  readonly #fd: number
  readonly #onReady: () => void
  readonly #event: ReadinessEvent
  /** The token of the present arming. */
  #token: number | undefined
  #isAdded = false
  #isOpen = true
  #holdsProcess = true

  constructor(watcher: EpollWatcher, fd: number, onReady: () => void, event: ReadinessEvent) {
    this.#watcher = watcher
    this.#fd = fd
    this.#onReady = onReady
    this.#event = event
  }

  arm(): void {
    if (!this.#isOpen || this.#token !== undefined) return
    const { epoll } = this.#watcher
    const token = this.#watcher.nextToken()
    if (this.#isAdded) epoll.enable(this.#fd, this.#event, token)
    else epoll.add(this.#fd, this.#event, token)
    this.#isAdded = true
    this.#token = token
    this.#watcher.add(token, this)
    this.#watcher.hold(token, this.#holdsProcess)
  }

  disarm(): void {
    if (this.#token === undefined) return
    this.#watcher.remove(this.#token)
    this.#token = undefined
  }

  ref(): void {
    this.#hold(true)
  }

  unref(): void {
    this.#hold(false)
  }

  close(): void {
    this.#isOpen = false
    this.disarm()
    if (this.#isAdded) this.#watcher.epoll.remove(this.#fd)
    this.#isAdded = false
  }

  /** Called for the event of the present arming. */
  fire(): void {
    this.disarm()
    this.#onReady()
  }

  #hold(holds: boolean): void {
    this.#holdsProcess = holds
    if (this.#token !== undefined) this.#watcher.hold(this.#token, holds)
  }
}
