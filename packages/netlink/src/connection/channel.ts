import { constants } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SystemError } from '../socket/error.js'
import type { Readiness } from '../socket/libc.js'
import type { Datagram, Transport } from '../socket/transport.js'
import { type Awaited, engine, type Listener, type Pending } from './engine.js'

const { ECANCELED, ETIMEDOUT } = constants.errno

/** So many datagrams are taken in one turn of the event loop, so that others get theirs. */
const AT_ONCE = 32

/** Least room in the receive buffer that a datagram takes, in bytes: `skb->truesize` of the smallest is larger. */
const LEAST_COST = 512

/** How long to wait, and what ends it early. */
export interface Patience {
  /** Milliseconds in which nothing comes; Infinity for ever. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

/** A socket with its engine, driven by whoever waits: at once, or in turns of the event loop. */
export interface Channel {
  readonly transport: Transport
  /** Sends requests and begins to await what they bring. @throws {SystemError} where they cannot be sent */
  send(bytes: Uint8Array, awaited: Awaited): Pending
  /** Takes the next datagram, and waits for it. Where none comes in time, that ends what is pending; false then. */
  stepSync(pending: Pending | undefined, timeout: number): boolean
  /** Takes what has come, `atOnce` datagrams at most, or waits until something does; others then get their turn. */
  step(pending: Pending, patience: Patience, atOnce?: number): Promise<void>
  /** Asks for room for so many bytes of unread datagrams, should it have less; tells how many the kernel granted. */
  reserve(bytes: number): number
  /** Hears what is sent to groups, until that is called off. */
  listen(listener: Listener): () => void
  /** Goes on after a listener was not ready. */
  resume(): void
  /** What is awaited holds the process, which is the default. */
  ref(): void
  unref(): void
  /** Closes the socket; what is still awaited ends with `ECANCELED`. */
  close(): void
}

/** setTimeout counts no further. */
const LONGEST_TIMER = 0x7fffffff

/** What was under way when the connection was closed ends so. */
export const cancelled = () => new SystemError('recvfrom', ECANCELED, 'as the connection was closed')

const timedOut = () => new SystemError('poll', ETIMEDOUT, 'for an answer of the kernel')

/** Wakes up when there is something to receive and somebody wants it. */
function alarm(transport: Transport, wanted: () => boolean, urgent: () => boolean, onReadable: () => void) {
  const timers = new Set<NodeJS.Timeout>()
  let readiness: Readiness | undefined
  let armed = false
  let held = true
  let soon = false
  return {
    /** Calls `late` after so many milliseconds, unless that is called off first. What no timer can count is for ever. */
    limit(timeout: number, late: () => void): () => void {
      if (timeout > LONGEST_TIMER) return () => {}
      const timer = setTimeout(late, timeout)
      if (!held) timer.unref()
      timers.add(timer)
      return () => {
        clearTimeout(timer)
        timers.delete(timer)
      }
    },
    update() {
      // An empty socket is not readable, and that it is empty is what is to be found out.
      if (urgent() && wanted() && !soon) {
        soon = true
        nextTurn().then(() => {
          soon = false
          onReadable()
        })
      }
      if (armed === wanted()) return
      readiness ??= transport.watch(() => {
        armed = false
        onReadable()
      })
      if (!held) readiness.unref()
      armed = !armed
      if (armed) readiness.arm()
      else readiness.disarm()
    },
    hold(hold: boolean) {
      held = hold
      for (const each of [...timers, ...(readiness ? [readiness] : [])]) hold ? each.ref() : each.unref()
    },
  }
}

export function openChannel(transport: Transport): Channel {
  const running = engine(transport.port)
  const { begin, end, endAll, take, fail, drained, listen, wanted } = running
  let closed = false
  let wanting = 0
  let granted = 0

  /** Takes a datagram if there is one, or finds out that there is none. Returns false if nothing came of it. */
  const takeOne = (): boolean => {
    let datagram: Datagram | undefined
    try {
      datagram = transport.receive()
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      fail(error, granted / LEAST_COST)
      wake.update()
      return true
    }
    if (datagram === undefined) return drained()
    take(datagram)
    return true
  }
  const wake = alarm(
    transport,
    () => !closed && wanted(),
    () => running.lossy,
    () => {
      for (let count = 0; count < AT_ONCE && !closed && wanted() && takeOne(); count++);
      wake.update()
    },
  )

  /** Until something comes, the time is over or the caller gives up; the latter two end it. */
  const progress = (pending: Pending, { timeout, signal }: Patience) =>
    new Promise<void>((resolve) => {
      const onAbort = () => end(pending, signal?.reason)
      const callOff = wake.limit(timeout, () => end(pending, timedOut()))
      pending.progress = () => {
        callOff()
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      signal?.addEventListener('abort', onAbort)
      wake.update()
    })

  return {
    transport,
    send(bytes, awaited) {
      if (closed) throw cancelled()
      const pending = begin(awaited)
      try {
        transport.send(bytes)
      } catch (error) {
        end(pending, error)
        throw error
      }
      return pending
    },
    stepSync(pending, timeout) {
      if (takeOne()) return true
      const inTime = transport.wait(timeout)
      if (inTime) takeOne()
      else if (pending) end(pending, timedOut())
      return inTime
    },
    async step(pending, patience, atOnce = AT_ONCE) {
      // It may have come between two steps, when nobody listened for it.
      if (patience.signal?.aborted) return end(pending, patience.signal.reason)
      for (let count = 0; count < atOnce && !pending.done; count++) {
        if (takeOne()) continue
        await progress(pending, patience)
        wake.update()
        return
      }
      if (!pending.done) await nextTurn()
    },
    reserve(bytes) {
      // Others count on what they were granted.
      if (bytes > wanting) granted = transport.reserve(bytes)
      wanting = Math.max(wanting, bytes)
      return granted
    },
    listen(listener) {
      const callOff = listen(listener)
      wake.update()
      return () => {
        callOff()
        wake.update()
      }
    },
    resume: () => wake.update(),
    ref: () => wake.hold(true),
    unref: () => wake.hold(false),
    close() {
      if (closed) return
      closed = true
      wake.update()
      transport.close()
      endAll(cancelled())
    },
  }
}
