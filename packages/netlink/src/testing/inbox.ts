import type { Readiness } from '../socket/libc.js'
import type { Datagram, Transport } from '../socket/transport.js'
import { TestingError } from './error.js'

/** One result of a receive: a datagram, an error, or `undefined` for a receive that finds nothing although more follows. */
export type Letter = Datagram | Error | undefined

/** Queue of a simulated socket: everything that was sent to it and not yet received. */
export interface Inbox extends Pick<Transport, 'receive' | 'wait' | 'watch'> {
  /** Puts something behind all that is there by then, to be received in so many milliseconds; `taken` is called then. */
  put(letter: Letter, delay?: number, taken?: () => void): void
  /** Puts something before all that is there. */
  putFirst(letter: Letter, taken?: () => void): void
  /** Loses all that was not received. */
  clear(): void
  /** Room that the datagrams take which were not received, in bytes. */
  readonly size: number
}

interface Entry {
  readonly letter: Letter
  /** Of `performance.now()` */
  readonly due: number
  readonly taken: (() => void) | undefined
}

/** Stops the thread. */
const sleep = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)

/** Room that a datagram takes of a receive buffer beside its bytes: less than the kernel's `skb->truesize` has. */
const OVERHEAD = 512

const sizeOf = (letter: Letter) =>
  letter === undefined || letter instanceof Error ? 0 : OVERHEAD + letter.bytes.length

export function openInbox(): Inbox {
  const entries: Entry[] = []
  let notify = () => {}
  const left = () => (entries[0] === undefined ? undefined : entries[0].due - performance.now())
  return {
    put(letter, delay = 0, taken = undefined) {
      const due = performance.now() + delay
      const place = entries.findIndex((each) => each.due > due)
      entries.splice(place < 0 ? entries.length : place, 0, { letter, due, taken })
      notify()
    },
    putFirst(letter, taken = undefined) {
      entries.unshift({ letter, due: 0, taken })
      notify()
    },
    clear() {
      entries.length = 0
      notify()
    },
    get size() {
      return entries.reduce((sum, { letter }) => sum + sizeOf(letter), 0)
    },
    receive() {
      if ((left() ?? 1) > 0) return undefined
      const { letter, taken } = entries.shift() ?? {}
      taken?.()
      if (letter instanceof Error) throw letter
      return letter
    },
    wait(timeout) {
      const until = left()
      if (until === undefined) {
        if (Number.isFinite(timeout)) return false
        throw new TestingError(
          'ERR_NETLINK_NOTHING_TO_COME',
          'expected something to receive, got an empty socket: nothing is delayed, and while this waits nothing else runs',
        )
      }
      if (until > 0) sleep(Math.min(until, timeout))
      return until <= timeout
    },
    watch(onReadable) {
      const readiness = readinessOf(left, onReadable)
      notify = readiness.update
      return readiness
    },
  }
}

/** Calls back in a turn of its own, as the real one does. It holds the process only while there is something to come. */
function readinessOf(left: () => number | undefined, onReadable: () => void): Readiness & { update(): void } {
  let armed = false
  let held = true
  let cancel = () => {}
  const call = () => {
    armed = false
    onReadable()
  }
  const soon = () => {
    const turn = setImmediate(call)
    if (!held) turn.unref()
    return () => clearImmediate(turn)
  }
  const later = (milliseconds: number) => {
    const timer = setTimeout(call, Math.ceil(milliseconds))
    if (!held) timer.unref()
    return () => clearTimeout(timer)
  }
  const update = () => {
    cancel()
    const milliseconds = armed ? left() : undefined
    if (milliseconds === undefined) cancel = () => {}
    else cancel = milliseconds <= 0 ? soon() : later(milliseconds)
  }
  const set = (change: () => void) => () => {
    change()
    update()
  }
  const disarm = set(() => {
    armed = false
  })
  return {
    update,
    arm: set(() => {
      armed = true
    }),
    disarm,
    ref: set(() => {
      held = true
    }),
    unref: set(() => {
      held = false
    }),
    close: disarm,
  }
}
