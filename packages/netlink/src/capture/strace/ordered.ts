import type { CapturedDatagram } from '../format.js'

/** Number of datagrams to hold back at most. A damaged log may never finish a call. */
const MOST_HELD = 10_000

const byTime = (one: CapturedDatagram, other: CapturedDatagram) =>
  one.time < other.time ? -1 : Number(one.time > other.time)

/**
 * Restores the order of requests and answers. strace prints the bytes of a request when the call that sends it returns. Another
 * thread can receive the answer before. So datagrams are held back while such calls are unfinished.
 */
export class Ordered {
  #ready: CapturedDatagram[] = []
  #held: CapturedDatagram[] = []
  readonly #sending = new Set<number | undefined>()

  /** Begins a call that sends a request. */
  begin(tid: number | undefined): void {
    this.#sending.add(tid)
  }

  /** Ends the call of a thread, if it has one. Add its datagrams before {@link settle}. */
  end(tid: number | undefined): void {
    this.#sending.delete(tid)
  }

  add(datagram: CapturedDatagram): void {
    const list = this.#sending.size > 0 || this.#held.length > 0 ? this.#held : this.#ready
    list.push(datagram)
  }

  /** Releases the datagrams that were held back, if no call is unfinished. */
  settle(): void {
    if (this.#held.length > 0 && (this.#sending.size === 0 || this.#held.length >= MOST_HELD)) this.#release()
  }

  /** Returns the datagrams whose order is known, and forgets them. `isLast`: all of them. */
  take(isLast: boolean): CapturedDatagram[] {
    if (isLast) this.#release()
    const taken = this.#ready
    this.#ready = []
    return taken
  }

  #release(): void {
    for (const datagram of this.#held.sort(byTime)) this.#ready.push(datagram)
    this.#held = []
  }
}
