import type { SocketDriver } from './socket-driver.js'

/**
 * Sockets for dumps. The kernel refuses a second dump on a socket (`EBUSY`) until the first one is read to its end. So each dump
 * has a socket of its own, and a socket whose dump was not read to its end is closed instead of reused.
 */
export class SocketPool {
  readonly #size: number
  readonly #open: () => SocketDriver
  readonly #idle: SocketDriver[] = []
  readonly #inUse = new Set<SocketDriver>()
  readonly #waiting: (() => void)[] = []
  /** Number of sockets in use that {@link take} returned. */
  #counted = 0

  /** @param size Most sockets that {@link take} hands out at the same time, and most idle ones. */
  constructor(size: number, open: () => SocketDriver) {
    this.#size = size
    this.#open = open
  }

  /** Takes a socket at once. May exceed `size`: a synchronous caller could deadlock on a socket that it holds itself. */
  takeSync(): PooledSocket {
    return this.#take(() => {})
  }

  /** Takes a socket, as soon as fewer than `size` are in use. @throws the reason of the signal */
  async take(signal: AbortSignal | undefined): Promise<PooledSocket> {
    signal?.throwIfAborted()
    while (this.#counted >= this.#size) {
      await this.#turn(signal)
      if (!signal?.aborted) continue
      // If this was the next one, the turn passes to the one after it.
      this.#waiting.shift()?.()
      throw signal.reason
    }
    try {
      const socket = this.#take(() => {
        this.#counted--
        this.#waiting.shift()?.()
      })
      this.#counted++
      return socket
    } catch (error) {
      this.#waiting.shift()?.()
      throw error
    }
  }

  /** Returns all its sockets. */
  drivers(): SocketDriver[] {
    return [...this.#idle, ...this.#inUse]
  }

  /** Closes all its sockets. Dumps in flight end with `ECANCELED`. */
  close(): void {
    for (const driver of [...this.#idle.splice(0), ...this.#inUse]) this.#discard(driver)
    for (const go of this.#waiting.splice(0)) go()
  }

  #take(released: () => void): PooledSocket {
    return new PooledSocket({
      takeDriver: () => {
        const driver = this.#idle.pop() ?? this.#open()
        this.#inUse.add(driver)
        return driver
      },
      discard: (driver) => this.#discard(driver),
      release: (driver, isBusy) => {
        if (isBusy || this.#idle.length >= this.#size || !this.#inUse.has(driver)) this.#discard(driver)
        else {
          this.#inUse.delete(driver)
          this.#idle.push(driver)
        }
        released()
      },
    })
  }

  #discard(driver: SocketDriver): void {
    this.#inUse.delete(driver)
    driver.close()
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1)
        resolve()
      }
      const go = () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      this.#waiting.push(go)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }
}

interface PoolAccess {
  takeDriver(): SocketDriver
  discard(driver: SocketDriver): void
  release(driver: SocketDriver, isBusy: boolean): void
}

/** A socket of a pool while one dump uses it. */
export class PooledSocket {
  readonly #pool: PoolAccess
  #driver: SocketDriver
  /** True while a dump is in flight that was not read to its end. */
  isBusy = false

  constructor(pool: PoolAccess) {
    this.#pool = pool
    this.#driver = pool.takeDriver()
  }

  get driver(): SocketDriver {
    return this.#driver
  }

  /** Closes the socket, which is busy, and takes another one. */
  renew(): void {
    this.#pool.discard(this.#driver)
    this.#driver = this.#pool.takeDriver()
    this.isBusy = false
  }

  /** Returns the socket to the pool. */
  release(): void {
    this.#pool.release(this.#driver, this.isBusy)
  }
}
