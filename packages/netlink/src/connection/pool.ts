import type { Channel } from './channel.js'

/** A socket of the pool, in the hands of one dump. */
export interface Slot {
  readonly channel: Channel
  /** A dump is going on that was not read to its end. */
  busy: boolean
  /** Puts a new socket in the place of one that is busy. */
  renew(): void
  /** Gives the socket back. */
  give(): void
}

/**
 * Sockets for dumps. The kernel refuses a second dump on a socket (`EBUSY`) while one is going on, and goes on with it only
 * as it is read from: so each dump has a socket for itself, and one that was not read to its end is not used again.
 */
export interface Pool {
  /** A socket at once, also where that is one more than usual: for who cannot wait until others, or they themselves, give theirs back. */
  takeSync(): Slot
  /** A socket, as soon as fewer than `size` are in use by others that came so. */
  take(signal: AbortSignal | undefined): Promise<Slot>
  /** All its sockets. */
  channels(): Iterable<Channel>
  close(): void
}

export function openPool(size: number, open: () => Channel): Pool {
  const idle: Channel[] = []
  const inUse = new Set<Channel>()
  const queue: (() => void)[] = []
  /** How many are in use that were waited for. */
  let counted = 0

  const takeChannel = () => {
    const channel = idle.pop() ?? open()
    inUse.add(channel)
    return channel
  }
  const discard = (channel: Channel) => {
    inUse.delete(channel)
    channel.close()
  }
  const slot = (counts: boolean): Slot => {
    let channel = takeChannel()
    if (counts) counted++
    return {
      get channel() {
        return channel
      },
      busy: false,
      renew() {
        discard(channel)
        channel = takeChannel()
        this.busy = false
      },
      give() {
        if (this.busy || idle.length >= size || !inUse.has(channel)) discard(channel)
        else {
          inUse.delete(channel)
          idle.push(channel)
        }
        if (!counts) return
        counted--
        queue.shift()?.()
      },
    }
  }
  const turn = (signal: AbortSignal | undefined) =>
    new Promise<void>((resolve) => {
      const leave = () => {
        queue.splice(queue.indexOf(go), 1)
        resolve()
      }
      const go = () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      queue.push(go)
      signal?.addEventListener('abort', leave, { once: true })
    })
  return {
    takeSync: () => slot(false),
    async take(signal) {
      signal?.throwIfAborted()
      while (counted >= size) {
        await turn(signal)
        if (!signal?.aborted) continue
        // The turn, should it have come, is somebody else's.
        queue.shift()?.()
        throw signal.reason
      }
      try {
        return slot(true)
      } catch (error) {
        queue.shift()?.()
        throw error
      }
    },
    channels: () => [...idle, ...inUse],
    close() {
      for (const channel of [...idle.splice(0), ...inUse]) discard(channel)
      for (const go of queue.splice(0)) go()
    },
  }
}
