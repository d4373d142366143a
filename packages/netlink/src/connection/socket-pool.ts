import type { SocketDriver } from './socket-driver.js'

/**
 * Sockets for dumps. The kernel refuses a second dump on a socket (`EBUSY`) until the first one was read to its end. So each
 * dump uses its own socket. After a dump that was not read to its end, the socket is closed instead of reused.
 */
export class SocketPool {
  readonly #size: number
  readonly #open: () => SocketDriver
  readonly #idle: SocketDriver[] = []
  readonly #inUse = new Set<SocketDriver>()
  readonly #waiting: (() => void)[] = []
  /** Number of sockets in use that were returned by {@link take}. */
  #counted = 0

  /** @param size Maximum number of sockets in use by {@link take}, and of idle sockets. */
  constructor(size: number, open: () => SocketDriver) {
    this.#size = size
    this.#open = open
  }

  /**
   * Takes a socket without waiting, even if more than `size` are in use. Waiting could deadlock, because the caller may hold
   * a socket itself.
   */
  takeSync(): PooledSocket {
    return this.#take(() => {})
  }

  /** Takes a socket. Waits while `size` sockets are in use. @throws the abort reason of the signal */
  async take(signal: AbortSignal | undefined): Promise<PooledSocket> {
    signal?.throwIfAborted()
    while (this.#counted >= this.#size) {
      await this.#turn(signal)
      if (!signal?.aborted) continue
      // An aborted waiter may have been the next one. Wake the one after it.
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

  /** Returns all open sockets. */
  drivers(): SocketDriver[] {
    return [...this.#idle, ...this.#inUse]
  }

  /** Closes all sockets. Dumps in flight end with `ECANCELED`. */
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

/** A socket of the pool that one dump uses. */
export class PooledSocket {
  readonly #pool: PoolAccess
  #driver: SocketDriver
  /** True while the dump on this socket was not read to its end. */
  isBusy = false

  constructor(pool: PoolAccess) {
    this.#pool = pool
    this.#driver = pool.takeDriver()
  }

  get driver(): SocketDriver {
    return this.#driver
  }

  /** Closes the busy socket and takes another one. */
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
